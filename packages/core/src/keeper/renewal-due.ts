import type { Clock } from '../platform/ports.ts'
import { lifetimeMs, remainingMs, type TokenLifetime } from '../protocol/token-set.ts'

/** A token is renewed this long before it expires, or a fifth of its lifetime, whichever is less. */
const renewalWindowMs = 60_000

/** Tokens that live shorter are renewed when asked for only: ahead of time would mean all the time. */
const shortestRenewedMs = 30_000

/**
 * In how many milliseconds a token is to be renewed ahead of time; undefined where it is not. `jitter`, from 0 to 1,
 * keeps pages that got their tokens together from coming back in the same moment.
 */
export function renewalDueInMs(
  tokens: TokenLifetime,
  clock: Pick<Clock, 'now'>,
  { canRenew, jitter }: { canRenew: boolean; jitter: number },
): number | undefined {
  const lifetime = lifetimeMs(tokens)
  if (lifetime === Number.POSITIVE_INFINITY || lifetime < shortestRenewedMs) return undefined
  const window = canRenew ? Math.min(renewalWindowMs, lifetime / 5) * (1 - jitter / 4) : 0
  return remainingMs(tokens, clock) - window
}
