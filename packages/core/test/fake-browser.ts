import { createMemoryStore } from '../src/platform/memory-store.ts'
import type { KeyValueStore, Locks, Platform } from '../src/platform/ports.ts'

/** What the tabs of one browser have in common. */
export interface FakeBrowser {
  readonly storage: KeyValueStore
  readonly locks: Locks
  readonly openChannel: Platform['openChannel']
  readonly openDurable: NonNullable<Platform['openDurable']>
  /** What outlives the browser, by the name of its store and by key. */
  readonly durable: ReadonlyMap<string, Map<string, unknown>>
  /** From now on every call of a durable store fails, as where site data is blocked. */
  blockDurable(): void
  /** Every message that any tab posted, in order. */
  readonly messages: unknown[]
  /** How many channels are open. */
  channelCount(): number
  /** The names of the locks that are held. */
  readonly held: Set<string>
  /** Whoever holds a lock is gone, and the next in line has it. */
  dropLocks(): void
  /** From now on there are no locks, as in an old browser. */
  removeLocks(): void
  /** From now on there are no channels. */
  removeChannels(): void
}

/** Makes a {@link FakeBrowser}. Messages arrive in a later turn, at every open channel but the sender's. */
export function createFakeBrowser(): FakeBrowser {
  const channels = new Set<{ readonly name: string; readonly hear: (message: unknown) => void }>()
  const messages: unknown[] = []
  const held = new Set<string>()
  const waiting = new Map<string, (() => void)[]>()
  const durable = new Map<string, Map<string, unknown>>()
  let isBlocked = false
  let hasLocks = true
  let hasChannels = true

  async function take(name: string, signal: AbortSignal): Promise<boolean> {
    if (!held.has(name)) {
      held.add(name)
      return false
    }
    signal.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const queue = waiting.get(name) ?? []
      waiting.set(name, queue)
      const giveUp = (): void => {
        queue.splice(queue.indexOf(granted), 1)
        reject(signal.reason)
      }
      const granted = (): void => {
        signal.removeEventListener('abort', giveUp)
        resolve()
      }
      queue.push(granted)
      signal.addEventListener('abort', giveUp)
    })
    return true
  }

  function release(name: string): void {
    const next = waiting.get(name)?.shift()
    if (next) next()
    else held.delete(name)
  }

  return {
    storage: createMemoryStore(),
    durable,
    openDurable(name) {
      const kept = durable.get(name) ?? new Map<string, unknown>()
      durable.set(name, kept)
      const run = async <T>(work: () => T): Promise<T> => {
        if (isBlocked) throw new DOMException('The operation is insecure.', 'SecurityError')
        return work()
      }
      return {
        get: (key) => run(() => structuredClone(kept.get(key))),
        set: (key, value) => run(() => void kept.set(key, structuredClone(value))),
        remove: (key) => run(() => void kept.delete(key)),
        keys: () => run(() => [...kept.keys()]),
      }
    },
    blockDurable() {
      isBlocked = true
    },
    locks: {
      exist: () => hasLocks,
      async run(name, signal, work) {
        if (!hasLocks) return work(false)
        const hasWaited = await take(name, signal)
        try {
          return await work(hasWaited)
        } finally {
          release(name)
        }
      },
    },
    openChannel(name, hear) {
      if (!hasChannels) return undefined
      const channel = { name, hear }
      channels.add(channel)
      return {
        post(message) {
          const copy: unknown = structuredClone(message)
          messages.push(copy)
          for (const other of channels) {
            if (other === channel || other.name !== name) continue
            queueMicrotask(() => channels.has(other) && other.hear(copy))
          }
        },
        close: () => void channels.delete(channel),
      }
    },
    messages,
    channelCount: () => channels.size,
    held,
    dropLocks() {
      for (const name of [...held]) release(name)
    },
    removeLocks() {
      hasLocks = false
    },
    removeChannels() {
      hasChannels = false
    },
  }
}
