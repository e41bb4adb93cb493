import { isAuthorizationDetails } from '../protocol/authorization-details.ts'
import { invalid } from './invalid-option.ts'
import { toJson } from './option-values.ts'

/** What identifies or protects the flow, or what the answer is checked against: it has an option, or none at all. */
const protectedParams = [
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'resource',
  'max_age',
  'acr_values',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'request',
  'request_uri',
  'authorization_details',
  'claims',
]

/**
 * Checks parameters that the app adds to the authorization request.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseParams(params: unknown): Readonly<Record<string, string>> {
  if (params === undefined) return {}
  if (typeof params !== 'object' || params === null) throw invalid('params', 'must be an object of strings')
  for (const [name, value] of Object.entries(params)) {
    if (protectedParams.includes(name)) {
      throw invalid(
        'params',
        `may not contain "${name}": Latchkey sets it, because it protects the sign-in or has an option of its own`,
      )
    }
    if (typeof value !== 'string') throw invalid('params', `must hold strings; "${name}" is ${typeof value}`)
  }
  return params as Record<string, string>
}

/**
 * What is to be allowed in detail, as the authorization request has it (RFC 9396 §2).
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function detailsParam(details: unknown): Readonly<Record<string, string>> {
  if (details === undefined) return {}
  if (isAuthorizationDetails(details))
    return { authorization_details: toJson('authorizationDetails', details) }
  throw invalid('authorizationDetails', 'must be a list of objects, each with a "type" in text (RFC 9396 §2)')
}
