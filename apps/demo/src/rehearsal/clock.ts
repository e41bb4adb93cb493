import type { Clock } from '@latchkey/core'

const storageKey = 'latchkey-demo.skipped-ms'

/** The browser's clocks, with the time added that was skipped. Timers do not notice, as when a laptop wakes. */
export const rehearsalClock: Clock = {
  now: () => ({ epochMs: now(), monotonicMs: performance.now() + skippedMs() }),
  setTimer(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

/** The time in milliseconds since the epoch, by that clock. */
export function now(): number {
  return Date.now() + skippedMs()
}

/** Makes it a moment later than `at`. Time never goes back. @param at milliseconds since the epoch */
export function skipPast(at: number): void {
  const ahead = Math.max(0, at - now()) + 1000
  localStorage.setItem(storageKey, String(skippedMs() + ahead))
}

/** The tabs of one device share its time, and so does a page that is loaded later. */
function skippedMs(): number {
  return Number(localStorage.getItem(storageKey) ?? 0)
}
