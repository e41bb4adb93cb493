import type { Clock } from '../platform/ports.ts'

/** So much longer than planned a deadline that fired late waits, at most, in milliseconds. */
const mostGraceMs = 1000

/**
 * Calls back once the time is over, unless it is called off. A page that was frozen may find both there when it wakes up,
 * the timer and what it was to limit the wait for, in any order: so a timer that fires late waits once more, for what
 * has come meanwhile.
 *
 * @returns calls it off
 */
export function startDeadline(clock: Clock, delayMs: number, passed: () => void): () => void {
  const dueMs = clock.now().monotonicMs + delayMs
  let cancel = clock.setTimer(delayMs, () => {
    const lateMs = clock.now().monotonicMs - dueMs
    if (lateMs <= 0) passed()
    // Once only: where nobody sees the page, a browser may let every timer come late.
    else cancel = clock.setTimer(Math.min(lateMs, mostGraceMs), passed)
  })
  return () => cancel()
}
