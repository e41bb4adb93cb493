import { invalid } from '../options/invalid-option.ts'
import type { HostedOptions } from './hosted-options.ts'

/**
 * Checks that all is there that the page itself needs. The rest is checked in the worker.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function checkPresence(options: HostedOptions): void {
  const required = ['clientId', 'redirectUri', 'worker', 'fallback'] as const
  const missing = options.issuer || options.endpoints ? required.find((name) => !options[name]) : 'issuer'
  if (missing) throw invalid(missing, 'is missing')
}
