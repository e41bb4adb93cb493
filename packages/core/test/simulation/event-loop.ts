import type { Clock } from '../../src/platform/ports.ts'
import type { Chance } from './chance.ts'
import type { BrowserTab, TaskKind } from './shared-browser.ts'
import type { Timeline } from './timeline.ts'

/** The event loop of one page or worker, which may be frozen for a while, and gone one day. */
export interface EventLoop extends BrowserTab {
  readonly clock: Clock
  readonly isFrozen: boolean
  /** Since when it has been neither frozen nor new, by the monotonic clock. */
  readonly awakeSinceMs: number
  freeze(): void
  /** Runs what has been waiting: each queue in its order, and the queues in any. `first` runs before any of it is due. */
  thaw(first?: () => void): void
  end(): void
}

/** What an event loop runs in. */
export interface EventLoopContext {
  readonly timeline: Timeline
  readonly chance: Chance
  /** Timers of what nobody sees come later. */
  isThrottled(): boolean
}

const throttledMs = 1000

/** Makes an {@link EventLoop}. */
export function createEventLoop(
  number: number,
  { timeline, chance, isThrottled }: EventLoopContext,
): EventLoop {
  const clockOffsetMs = chance.between(0, 1_000_000)
  const waiting = new Map<TaskKind, (() => void)[]>()
  let isAlive = true
  let isFrozen = false
  let awakeSinceMs = timeline.now().monotonicMs

  const loop: EventLoop = {
    number,
    clockOffsetMs,
    get isAlive() {
      return isAlive
    },
    get isFrozen() {
      return isFrozen
    },
    get awakeSinceMs() {
      return awakeSinceMs
    },
    deliver(kind, task) {
      if (!isAlive) return
      if (!isFrozen) return task()
      const queue = waiting.get(kind) ?? []
      waiting.set(kind, queue)
      queue.push(task)
    },
    clock: {
      now() {
        const { epochMs, monotonicMs } = timeline.now()
        return { epochMs, monotonicMs: monotonicMs + clockOffsetMs }
      },
      setTimer(delayMs, callback) {
        let dueMs = Math.max(1, Math.trunc(delayMs))
        if (isThrottled()) {
          const { monotonicMs } = timeline.now()
          dueMs = Math.ceil((monotonicMs + dueMs) / throttledMs) * throttledMs - monotonicMs
        }
        let isCancelled = false
        const cancel = timeline.after(dueMs, () => loop.deliver('timer', () => !isCancelled && callback()))
        return () => {
          isCancelled = true
          cancel()
        }
      },
    },
    freeze() {
      isFrozen = true
    },
    thaw(first) {
      if (!isFrozen) return
      isFrozen = false
      awakeSinceMs = timeline.now().monotonicMs
      const queues = [...waiting.values()]
      waiting.clear()
      first?.()
      for (;;) {
        const [next, ...others] = queues.filter((queue) => queue.length > 0)
        if (!next) return
        const task = chance.pick([next, ...others]).shift()
        if (task) timeline.after(0, () => loop.deliver('timer', task))
      }
    },
    end() {
      isAlive = false
    },
  }
  return loop
}
