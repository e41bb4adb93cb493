import { invalid } from '../options/invalid-option.ts'
import type { Binding } from '../protocol/binding.ts'
import { createProofs } from './proofs.ts'

/** How tokens are bound. */
export interface DpopOptions {
  /**
   * Default: true, a token that the provider has not bound is refused. False: it is used as it is, where the provider
   * does not know DPoP.
   */
  readonly required?: boolean
}

/**
 * Binds the tokens to a key that cannot be read, by anybody (RFC 9449): goes into option `binding`. A token that is
 * stolen is then worth nothing elsewhere. The key is made for each sign-in, for ES256; every request to the provider
 * and by `auth.fetch` carries a proof of it, with the nonces that servers ask for. `getAccessToken()` is refused with
 * `token_bound`, since a token without a proof is good for nothing; a vault is sealed by it.
 *
 * @throws {ConfigurationError} `invalid_option`
 *
 * @example
 * ```ts
 * import { createAuthClient } from '@latchkey/core'
 * import { dpop } from '@latchkey/core/dpop'
 *
 * export const auth = createAuthClient({
 *   issuer: 'https://id.example.com',
 *   clientId: 'my-app',
 *   redirectUri: '/callback',
 *   binding: dpop(),
 *   apis: ['https://api.example.com'],
 * })
 * ```
 */
export function dpop(options: DpopOptions = {}): Binding {
  for (const name of Object.keys(options)) {
    if (name !== 'required') throw invalid(`dpop.${name}`, 'is unknown. Known: required')
  }
  const { required = true } = options
  if (typeof required !== 'boolean') throw invalid('dpop.required', 'must be true or false')
  return { kind: 'dpop', required, open: (context) => createProofs(required, context) }
}
