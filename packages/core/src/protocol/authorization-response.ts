import {
  type AnyAuthError,
  ProtocolError,
  ServerError,
  SignInRequiredError,
  type SignInRequiredErrorCode,
} from '../errors.ts'
import type { AuthorizationSecrets } from './authorization-url.ts'
import type { Metadata } from './metadata.ts'
import type { ProtocolSettings } from './settings.ts'
import { errorCode, plainText, providerWords } from './text.ts'

/** Outcomes that mean: the person has to act (OpenID Connect Core 1.0 §3.1.2.6). */
const interactionErrors = /^(login|interaction|consent|account_selection)_required$/

/** Whether the provider would have had to ask the person, who for `prompt=none` may not be asked: not signed in there. */
export function isInteractionNeeded({ code }: AnyAuthError): boolean {
  return interactionErrors.test(code)
}

/** What an authorization response is checked against. */
export interface AuthorizationResponseContext {
  readonly metadata: Metadata
  readonly settings: ProtocolSettings
  /** What the request was protected with. No error shows it, however the provider repeats it. */
  readonly sent: AuthorizationSecrets
}

/**
 * Checks an authorization response. Order matters: what comes from another server is not believed in its
 * error either (RFC 9207 §2.4).
 *
 * @throws {ProtocolError} `invalid_authorization_response` · `issuer_mismatch`
 * @throws {ServerError} `access_denied` · `authorization_failed`
 * @throws {SignInRequiredError} what the provider wants the person to do
 */
export function checkAuthorizationResponse(
  parameters: URLSearchParams,
  { metadata, settings: { issuer }, sent }: AuthorizationResponseContext,
): void {
  // RFC 6749 §3.1: a parameter comes once. Tokens and JARM were never asked for (RFC 9700 §2.1.2).
  for (const name of ['code', 'state', 'iss', 'error']) {
    if (parameters.getAll(name).length > 1) throw malformed(`"${name}" comes more than once`)
  }
  for (const name of ['access_token', 'id_token', 'token', 'response']) {
    if (parameters.has(name)) throw malformed(`"${name}" was never asked for`)
  }
  if (parameters.get('state') !== sent.state) throw malformed('its "state" is another (RFC 6749 §10.12)')
  if (issuer !== undefined) checkIssuer(parameters.get('iss'), issuer, metadata)
  const error = parameters.get('error')
  if (error !== null) {
    const told = [parameters.get('code'), parameters.get('session_state')]
    const secrets = [sent.state, sent.nonce, sent.codeVerifier, ...told]
    throw errorFromProvider(error, parameters.get('error_description'), secrets)
  }
  if (!parameters.get('code')) throw malformed('it has neither "code" nor "error"')
}

/**
 * An error response as something an app can act on. The provider's words are data: plain text, capped,
 * known secrets blanked.
 */
export function errorFromProvider(
  wire: string,
  words: string | null,
  secrets: readonly (string | null)[] = [],
): AnyAuthError {
  const error = errorCode(wire, secrets)
  const description = plainText(words, secrets)
  const said = providerWords({ error, description })
  // RFC 9470 §5.
  const interaction = error === 'unmet_authentication_requirements' ? 'reauthentication_required' : error
  if (interaction !== error || interactionErrors.test(error)) {
    return new SignInRequiredError(
      interaction as SignInRequiredErrorCode,
      `The provider wants the person to act: ${said}. Call login().`,
    )
  }
  const details = { error, description }
  return error === 'access_denied'
    ? new ServerError('access_denied', `The sign-in was declined: ${said}.`, details)
    : new ServerError('authorization_failed', `The provider refused the sign-in: ${said}.`, details)
}

/** RFC 9207 §2.4: compared as a string; required where the metadata promises it, be it as `"true"`. */
function checkIssuer(iss: string | null, issuer: string, metadata: Metadata): void {
  if (iss === null && !metadata.authorization_response_iss_parameter_supported) return
  if (iss === issuer) return
  throw new ProtocolError(
    'issuer_mismatch',
    iss === null
      ? `The authorization response lacks "iss", which ${issuer} promises to send (RFC 9207). It was not used.`
      : `The authorization response comes from another issuer than ${issuer} (RFC 9207). It was not used.`,
  )
}

function malformed(problem: string): ProtocolError {
  return new ProtocolError(
    'invalid_authorization_response',
    `The authorization response was refused: ${problem}. Call login() to start again.`,
  )
}
