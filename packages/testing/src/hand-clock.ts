import type { Clock } from '@latchkey/core'

/** A clock that goes, whose timers wait until a test fires them: they are in `timers` so long. */
export function handClock(now: () => number, timers: Set<() => void> = new Set()): Clock {
  return {
    now: () => ({ epochMs: now(), monotonicMs: now() }),
    setTimer(_, callback) {
      timers.add(callback)
      return () => void timers.delete(callback)
    },
  }
}
