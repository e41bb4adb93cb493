import type { Clock } from '../platform/ports.ts'

/** The page being left, from the decision on. */
export interface Leaving<TResult> {
  readonly promise: Promise<TResult>
  /** When the browser was told to go, by the monotonic clock. */
  goneAtMs?: number
}

/** A navigation that has not happened after this long was stopped by the person, who may try again. */
const stoppedAfterMs = 10_000

/** Whether a navigation that began at `goneAtMs`, by the monotonic clock, can no longer be expected to happen. */
export function isStopped(goneAtMs: number | undefined, clock: Clock): boolean {
  return goneAtMs !== undefined && clock.now().monotonicMs - goneAtMs >= stoppedAfterMs
}
