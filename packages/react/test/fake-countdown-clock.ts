import type { CountdownClock } from '../src/countdown.ts'

/** A clock and a page's visibility in the test's hands. */
export interface FakeCountdownClock extends CountdownClock {
  /** Lets time pass, and fires the timers that come due on the way. */
  advance(ms: number): void
  /** The device sleeps: time passes, and no timer notices. */
  sleep(ms: number): void
  setVisible(isVisible: boolean): void
  timerCount(): number
  listenerCount(): number
}

/** Makes a {@link FakeCountdownClock}. */
export function createFakeCountdownClock(startMs = 1_800_000_000_000): FakeCountdownClock {
  let nowMs = startMs
  /** What timers go by: it stands still in a sleep. */
  let awakeMs = 0
  let isVisible = true
  const timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>()
  const listeners = new Set<() => void>()

  return {
    now: () => nowMs,
    setTimer(delayMs, callback) {
      const timer = { dueMs: awakeMs + delayMs, callback }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    isVisible: () => isVisible,
    onTurn(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    advance(ms) {
      const endMs = awakeMs + ms
      for (;;) {
        const [due] = [...timers]
          .filter(({ dueMs }) => dueMs <= endMs)
          .sort((left, right) => left.dueMs - right.dueMs)
        if (!due) break
        timers.delete(due)
        nowMs += due.dueMs - awakeMs
        awakeMs = due.dueMs
        due.callback()
      }
      nowMs += endMs - awakeMs
      awakeMs = endMs
    },
    sleep(ms) {
      nowMs += ms
    },
    setVisible(next) {
      isVisible = next
      for (const listener of [...listeners]) listener()
    },
    timerCount: () => timers.size,
    listenerCount: () => listeners.size,
  }
}
