import type { Instant } from '../../src/platform/ports.ts'
import { nextTurn } from '../next-turn.ts'

/** What is going to happen in a simulated browser, and when. */
export interface Timeline {
  now(): Instant
  /** Has something happen later. @returns calls it off */
  after(delayMs: number, task: () => void): () => void
  /** Lets time pass, and what is due in it happen. */
  advance(ms: number): Promise<void>
  /** The device sleeps: the wall clock goes on, the monotonic one stands still. */
  sleep(ms: number): void
  /** How often it slept. */
  sleeps(): number
}

interface Entry {
  readonly dueMs: number
  readonly serial: number
  task: (() => void) | undefined
}

/** Makes a {@link Timeline}. `everythingReady` lets all that needs no time to pass happen. */
export function createTimeline(everythingReady: () => Promise<void> = nextTurn): Timeline {
  const entries: Entry[] = []
  let monotonicMs = 0
  let sleptMs = 1_800_000_000_000
  let serial = 0
  let count = 0

  function insert(entry: Entry): void {
    let low = 0
    let high = entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = entries[middle] as Entry
      if (other.dueMs > entry.dueMs) low = middle + 1
      else high = middle
    }
    entries.splice(low, 0, entry)
  }

  return {
    now: () => ({ epochMs: sleptMs + monotonicMs, monotonicMs }),
    after(delayMs, task) {
      const entry: Entry = { dueMs: monotonicMs + delayMs, serial: serial++, task }
      insert(entry)
      return () => {
        entry.task = undefined
      }
    },
    async advance(ms) {
      const endMs = monotonicMs + ms
      await everythingReady()
      for (;;) {
        const next = entries.at(-1)
        if (!next || next.dueMs > endMs) break
        entries.pop()
        if (!next.task) continue
        monotonicMs = Math.max(monotonicMs, next.dueMs)
        next.task()
        await everythingReady()
      }
      monotonicMs = endMs
    },
    sleep(ms) {
      sleptMs += ms
      count += 1
    },
    sleeps: () => count,
  }
}
