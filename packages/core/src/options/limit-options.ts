import type { LimitSettings } from '../session-limits/limit-settings.ts'
import type { AuthClientOptions } from './client-options.ts'
import { invalid } from './invalid-option.ts'
import { parseSeconds } from './option-values.ts'

/**
 * Checks how long a session may last, and how long nobody may do anything in it.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseLimits({
  idleTimeoutSeconds: idle,
  sessionLimitSeconds: total,
  timeoutLogout = 'local',
}: AuthClientOptions): LimitSettings | undefined {
  if (timeoutLogout !== 'local' && timeoutLogout !== 'provider') {
    throw invalid('timeoutLogout', `must be 'local' (the default) or 'provider'`)
  }
  const toMs = (option: string, value: number | undefined): number | undefined =>
    value === undefined ? undefined : parseSeconds(option, value, 5, 31_536_000) * 1000
  const idleMs = toMs('idleTimeoutSeconds', idle)
  const totalMs = toMs('sessionLimitSeconds', total)
  return idleMs || totalMs ? { idleMs, totalMs, isAtProvider: timeoutLogout === 'provider' } : undefined
}
