import type { Clock } from '../platform/ports.ts'
import { lifetimeMs, remainingMs, type TokenLifetime } from '../protocol/token-set.ts'

/** The least validity of a token that is given out, where nothing is asked for: time enough to use it. */
const defaultMinValiditySeconds = 10

/**
 * Whether a token lives long enough to be given out. One that is born with less validity than asked for would
 * otherwise be refreshed at every call.
 */
export function isValid(
  tokens: TokenLifetime,
  clock: Pick<Clock, 'now'>,
  minValiditySeconds: number | undefined,
): boolean {
  const lifetime = lifetimeMs(tokens)
  const leewayMs =
    minValiditySeconds === undefined
      ? Math.min(defaultMinValiditySeconds * 1000, lifetime / 5)
      : Math.min(minValiditySeconds * 1000, lifetime * 0.8)
  return remainingMs(tokens, clock) >= leewayMs
}
