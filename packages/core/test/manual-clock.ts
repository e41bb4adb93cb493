import type { Clock } from '../src/platform/ports.ts'

/** A clock that lets nothing but promises run between its timers: a day of renewals takes milliseconds. */
export interface ManualClock extends Clock {
  /** Lets time pass by both clocks and fires the timers that come due, in order. */
  advance(ms: number): Promise<void>
  /** Moves the wall clock alone: the device slept through it, or somebody set the clock. */
  moveWallClock(ms: number): void
  /** Every delay that a timer was set for. */
  readonly delays: number[]
  /** How many timers are waiting. */
  timerCount(): number
}

/** Browsers keep a delay in 32 bits, cut its fraction off, and let some time pass before they call back. */
function browserDelay(delayMs: number): number {
  if (delayMs > 2 ** 31 - 1) throw new RangeError(`A timer of ${delayMs} ms would fire at once.`)
  return Math.max(1, Math.trunc(delayMs))
}

/** Makes a {@link ManualClock}. */
export function createManualClock(): ManualClock {
  let epochMs = 1_800_000_000_000
  let monotonicMs = 1000
  let serial = 0
  const timers = new Map<number, { readonly dueMs: number; readonly callback: () => void }>()
  const delays: number[] = []

  function nextTimer(
    untilMs: number,
  ): [id: number, timer: { dueMs: number; callback: () => void }] | undefined {
    let next: [number, { dueMs: number; callback: () => void }] | undefined
    for (const [id, timer] of timers) {
      if (timer.dueMs <= untilMs && (!next || timer.dueMs < next[1].dueMs)) next = [id, timer]
    }
    return next
  }

  return {
    now: () => ({ epochMs, monotonicMs }),
    setTimer(delayMs, callback) {
      const id = serial++
      delays.push(delayMs)
      timers.set(id, { dueMs: monotonicMs + browserDelay(delayMs), callback })
      return () => void timers.delete(id)
    },
    async advance(ms) {
      const endMs = monotonicMs + ms
      for (;;) {
        await turns()
        const next = nextTimer(endMs)
        const nextMs = next ? Math.max(monotonicMs, next[1].dueMs) : endMs
        epochMs += nextMs - monotonicMs
        monotonicMs = nextMs
        if (!next) break
        timers.delete(next[0])
        next[1].callback()
      }
      await turns()
    },
    moveWallClock(ms) {
      epochMs += ms
    },
    delays,
    timerCount: () => timers.size,
  }
}

/** Lets so many rounds of promise reactions run. Without a number: enough for everything that is ready. */
export async function turns(count = 24): Promise<void> {
  for (let turn = 0; turn < count; turn++) await undefined
}
