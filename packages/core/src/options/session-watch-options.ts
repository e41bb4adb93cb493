import type { AuthClientOptions } from './client-options.ts'
import { invalid } from './invalid-option.ts'
import { parseFlag } from './option-values.ts'

/**
 * Checks option `watchProviderSession`.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseSessionWatch(options: AuthClientOptions, protocol: 'oidc' | 'oauth2'): boolean {
  const option = 'watchProviderSession'
  if (!parseFlag(option, options[option])) return false
  if (protocol !== 'oidc') throw invalid(option, 'needs OpenID Connect')
  if (options.silentRedirectUri !== undefined) return true
  throw invalid(option, 'needs "silentRedirectUri": a change is looked into there, in a hidden frame')
}
