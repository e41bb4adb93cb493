import type { KeyValueStore, Locks, Platform } from '../../src/platform/ports.ts'
import type { Chance } from './chance.ts'
import type { Timeline } from './timeline.ts'

/** What of a tab the browser needs to know. */
export interface BrowserTab {
  readonly number: number
  readonly isAlive: boolean
  /** Monotonic clocks start anew in every page. */
  readonly clockOffsetMs: number
  /** Runs a task of the tab's event loop: now, or when it is thawed, in the order of its own kind. */
  deliver(kind: TaskKind, task: () => void): void
}

/** Each kind of task has a queue of its own: between two kinds no order is certain. */
export type TaskKind = 'timer' | 'message' | 'lock' | 'network' | 'crypto'

/** What a tab has of the browser. */
export interface BrowserPorts {
  readonly shared: KeyValueStore
  readonly locks: Locks
  readonly openChannel: Platform['openChannel']
  /** The tab is gone: what it held is free, a little later. */
  close(): void
}

/** The browser that simulated tabs share. Each of them is a process of its own, so nothing gets there at once. */
export interface SharedBrowser {
  open(tab: BrowserTab): BrowserPorts
}

/** How long things take between two tabs, at most, in milliseconds. */
export interface Delays {
  readonly message: number
  readonly storage: number
  readonly lock: number
}

interface LockRequest {
  readonly owner: object
  grant(): void
}

interface View {
  readonly tab: BrowserTab
  readonly values: Map<string, string>
  /** Own writes that are on the way, by key: until they have arrived, older ones of other tabs are not looked at. */
  readonly pending: Map<string, number>
}

/** Makes a {@link SharedBrowser}. `onMessage` hears whatever is posted. */
export function createSharedBrowser(
  timeline: Timeline,
  chance: Chance,
  delays: Delays,
  onMessage: (from: BrowserTab, message: unknown) => void,
  { hasLocks = true }: { readonly hasLocks?: boolean } = {},
): SharedBrowser {
  const channels = new Set<{ readonly view: View; readonly name: string; hear(message: unknown): void }>()
  const views = new Set<View>()
  const stored = new Map<string, string>()
  const lockQueues = new Map<string, LockRequest[]>()
  const arrivals = new Map<string, number>()
  const numbers = new Map<View, number>()

  const delay = (most: number): number => chance.between(0, most)

  /** In the order in which it was sent, as far as one tab goes. */
  function inOrder(route: string, delayMs: number): number {
    const { monotonicMs } = timeline.now()
    const dueMs = Math.max(monotonicMs + delayMs, arrivals.get(route) ?? 0)
    arrivals.set(route, dueMs)
    return dueMs - monotonicMs
  }

  function store(writer: View, key: string, value: string | undefined): void {
    const apply = (values: Map<string, string>): void => {
      if (value === undefined) values.delete(key)
      else values.set(key, value)
    }
    apply(writer.values)
    const pending = (): number => writer.pending.get(key) ?? 0
    writer.pending.set(key, pending() + 1)
    const from = numbers.get(writer)
    timeline.after(inOrder(`store ${from}`, delay(delays.storage / 3)), () => {
      apply(stored)
      writer.pending.set(key, pending() - 1)
      for (const view of views) {
        if (view === writer) continue
        timeline.after(inOrder(`view ${numbers.get(view)}`, delay((delays.storage * 2) / 3)), () => {
          if (!view.pending.get(key)) apply(view.values)
        })
      }
    })
  }

  function leaveQueue(name: string, request: LockRequest): void {
    const queue = lockQueues.get(name) ?? []
    const index = queue.indexOf(request)
    if (index < 0) return
    queue.splice(index, 1)
    if (index === 0) queue[0]?.grant()
  }

  /** Undefined: somebody else has it, and it was not to be waited for. */
  async function withLock<T>(
    view: View,
    name: string,
    { signal, ifAvailable }: { signal?: AbortSignal; ifAvailable: boolean },
    work: () => Promise<T>,
  ): Promise<{ value: T } | undefined> {
    let request: LockRequest | undefined
    try {
      const isGranted = await new Promise<boolean>((resolve, reject) => {
        let isOver = false
        const settle = (by: () => void): void => {
          isOver = true
          by()
        }
        const answer = (by: () => void): void =>
          void timeline.after(delay(delays.lock), () => view.tab.deliver('lock', by))
        if (signal?.aborted) return settle(() => reject(signal.reason))
        signal?.addEventListener('abort', () => {
          if (!isOver) settle(() => reject(signal.reason))
        })
        timeline.after(delay(delays.lock / 6), () => {
          if (!view.tab.isAlive || isOver) return
          const queue = lockQueues.get(name) ?? []
          lockQueues.set(name, queue)
          if (ifAvailable && queue.length > 0) return answer(() => settle(() => resolve(false)))
          const mine: LockRequest = {
            owner: view,
            grant: () => answer(() => (isOver ? leaveQueue(name, mine) : settle(() => resolve(true)))),
          }
          request = mine
          queue.push(mine)
          if (queue[0] === mine) mine.grant()
        })
      })
      return isGranted ? { value: await work() } : undefined
    } finally {
      timeline.after(delay(delays.lock / 6), () => request && leaveQueue(name, request))
    }
  }

  return {
    open(tab) {
      const view: View = { tab, values: new Map(stored), pending: new Map() }
      views.add(view)
      numbers.set(view, numbers.size)

      return {
        shared: {
          get: (key) => view.values.get(key),
          set: (key, value) => store(view, key, value),
          remove: (key) => store(view, key, undefined),
          keys: () => [...view.values.keys()],
        },
        locks: {
          exist: () => hasLocks,
          // As the browser's port does it: asked first whether it is free, so as to know that one had to wait.
          async run(name, signal, work) {
            if (!hasLocks) return work(false)
            const atOnce = await withLock(view, name, { ifAvailable: true }, () => work(false))
            const done =
              atOnce ?? (await withLock(view, name, { signal, ifAvailable: false }, () => work(true)))
            return done?.value as Awaited<ReturnType<typeof work>>
          },
        },
        openChannel(name, hear) {
          const channel = { view, name, hear }
          channels.add(channel)
          return {
            post(message) {
              onMessage(tab, message)
              for (const other of channels) {
                if (other.view === view || other.name !== name) continue
                const route = `${numbers.get(view)} to ${numbers.get(other.view)}`
                timeline.after(inOrder(route, delay(delays.message)), () =>
                  other.view.tab.deliver('message', () => {
                    if (channels.has(other)) other.hear(message)
                  }),
                )
              }
            },
            close: () => void channels.delete(channel),
          }
        },
        close() {
          views.delete(view)
          for (const channel of channels) if (channel.view === view) channels.delete(channel)
          timeline.after(delay(delays.lock), () => {
            for (const [name, queue] of lockQueues) {
              for (const held of queue.filter(({ owner }) => owner === view)) leaveQueue(name, held)
            }
          })
        },
      }
    },
  }
}
