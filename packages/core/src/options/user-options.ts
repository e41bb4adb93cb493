import type { StandardSchema } from '../standard-schema.ts'
import type { AuthClientOptions, LoadUser } from './client-options.ts'
import { invalid } from './invalid-option.ts'
import { parseFlag } from './option-values.ts'

/**
 * Checks option `userInfo`.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseUserInfo({ userInfo }: AuthClientOptions, protocol: 'oidc' | 'oauth2'): boolean {
  if (!parseFlag('userInfo', userInfo)) return false
  if (protocol === 'oidc') return true
  throw invalid('userInfo', 'needs OpenID Connect. For another server pass "loadUser"')
}

/**
 * Checks option `loadUser`.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseLoadUser(
  { loadUser, vault }: AuthClientOptions,
  protocol: 'oidc' | 'oauth2',
): LoadUser<unknown> | undefined {
  if (loadUser === undefined) return undefined
  if (typeof loadUser !== 'function') throw invalid('loadUser', 'must be a function')
  if (protocol === 'oidc') {
    throw invalid('loadUser', 'is for servers without OpenID Connect: pass "userInfo: true"')
  }
  if (vault?.sealed) {
    throw invalid('loadUser', 'cannot be used with a sealed vault: it is given an access token')
  }
  return loadUser
}

/**
 * Checks option `claims`.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseClaims(
  { claims: schema, loadUser }: AuthClientOptions,
  protocol: 'oidc' | 'oauth2',
): StandardSchema<unknown> | undefined {
  if (schema === undefined) return undefined
  if (protocol === 'oauth2' && !loadUser) {
    throw invalid('claims', 'needs OpenID Connect or "loadUser": without them there are no claims')
  }
  const { '~standard': standard } = (schema ?? {}) as Partial<StandardSchema<unknown>>
  if (typeof standard?.validate === 'function') return schema as StandardSchema<unknown>
  throw invalid('claims', 'must be a Standard Schema, such as one of Zod, Valibot or ArkType')
}

/**
 * Checks a list of names of claims.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseNames(option: string, value: readonly string[] = []): readonly string[] {
  if (Array.isArray(value) && value.every((name) => typeof name === 'string' && name !== '')) return value
  throw invalid(option, 'must be a list of names of claims')
}
