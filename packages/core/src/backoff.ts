import { type AnyAuthError, NetworkError } from './errors.ts'
import { longestRetryAfterMs } from './longest-retry-after.ts'
import type { Clock, Random } from './platform/ports.ts'

/** Keeps a failing call from being repeated at once. */
export interface Backoff {
  /** What the last call failed with and how much longer to wait; undefined where a call may be made. */
  block(): { readonly error: AnyAuthError; readonly forMs: number } | undefined
  /** Notes a failure. @returns when to try again, in milliseconds since the epoch */
  failed(error: AnyAuthError): number
  /** Takes over a failure of somebody else, who waits this long. */
  follow(error: AnyAuthError, forMs: number): void
  /** Forgets every failure: it worked, or the world has changed. */
  reset(): void
}

const firstDelayMs = 1000
const longestDelayMs = 60_000

/**
 * Exponential backoff with full jitter, so that a fleet of pages does not come back in step. A server's
 * `Retry-After` is the least it waits.
 */
export function createBackoff(clock: Clock, random: Random): Backoff {
  let failures = 0
  let last: { error: AnyAuthError; untilMs: number } | undefined
  return {
    block() {
      const forMs = last ? last.untilMs - clock.now().monotonicMs : 0
      return last && forMs > 0 ? { error: last.error, forMs } : undefined
    },
    failed(error) {
      const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** failures)
      const retryAfterMs = error instanceof NetworkError ? (error.retryAfterSeconds ?? 0) * 1000 : 0
      const asked = Math.min(longestRetryAfterMs, retryAfterMs)
      const delay = asked + ceiling * (0.5 + random.fraction() / 2)
      failures += 1
      const { epochMs, monotonicMs } = clock.now()
      last = { error, untilMs: monotonicMs + delay }
      return epochMs + delay
    },
    follow(error, forMs) {
      const delay = Math.min(forMs, longestRetryAfterMs + longestDelayMs)
      failures += 1
      const untilMs = clock.now().monotonicMs + delay
      // Of two waits the longer one is for both, or several pages would fail one after the other.
      if (untilMs > (last?.untilMs ?? 0)) last = { error, untilMs }
    },
    reset() {
      failures = 0
      last = undefined
    },
  }
}
