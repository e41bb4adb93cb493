import type { Clock } from '@latchkey/core'

/** A clock that goes by itself, whose timers wait until somebody moves its hands. */
export interface HandClock extends Clock {
  /** Moves the hands on, in milliseconds, and fires the timers that come due on the way, in order. */
  advance(ms: number): void
}

interface Timer {
  readonly dueMs: number
  readonly callback: () => void
}

/** Makes a {@link HandClock}. @param now milliseconds since the epoch */
export function createHandClock(now: () => number): HandClock {
  const timers = new Set<Timer>()
  let advancedMs = 0

  const nowMs = (): number => now() + advancedMs

  function nextTimer(untilMs: number): Timer | undefined {
    const [next] = [...timers].filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)
    return next
  }

  function moveTo(ms: number): void {
    advancedMs += Math.max(0, ms - nowMs())
  }

  return {
    now: () => ({ epochMs: nowMs(), monotonicMs: nowMs() }),
    setTimer(delayMs, callback) {
      const timer = { dueMs: nowMs() + delayMs, callback }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance(ms) {
      const endMs = nowMs() + ms
      for (let timer = nextTimer(endMs); timer; timer = nextTimer(endMs)) {
        timers.delete(timer)
        moveTo(timer.dueMs)
        timer.callback()
      }
      moveTo(endMs)
    },
  }
}
