import type { Clock, Instant } from '../platform/ports.ts'

/**
 * A moment that another page or a worker knows by the wall clock, by the clocks of this one: monotonic clocks start
 * anew everywhere.
 */
export function onThisClock(epochMs: number, clock: Clock): Instant {
  const now = clock.now()
  return { epochMs, monotonicMs: now.monotonicMs - Math.max(0, now.epochMs - epochMs) }
}
