import type { Chance } from './chance.ts'
import type { BrowserTab } from './shared-browser.ts'
import type { Timeline } from './timeline.ts'

/** What two ports are connected through. */
export interface PortPairContext {
  readonly timeline: Timeline
  readonly chance: Chance
  /** How long a message takes, at most, in milliseconds. */
  readonly delayMs: number
  /** Called with whatever arrives at `to`. */
  heard(to: BrowserTab, message: unknown): void
}

type Listener = (event: MessageEvent) => void

/** Two connected ports, one end in each of two event loops: as much of a `MessagePort` as a vault and its pages need. */
export function createPortPair(
  near: BrowserTab,
  far: BrowserTab,
  context: PortPairContext,
): readonly [MessagePort, MessagePort] {
  const one = createEnd(near, context)
  const other = createEnd(far, context)
  one.connect(other)
  other.connect(one)
  return [one.port, other.port]
}

interface End {
  readonly port: MessagePort
  connect(other: End): void
  receive(message: unknown, ports: readonly Transferable[], afterMs: number): void
}

function createEnd(owner: BrowserTab, { timeline, chance, delayMs, heard }: PortPairContext): End {
  const listeners = new Set<Listener>()
  let onmessage: Listener | null = null
  let isClosed = false
  let peer: End | undefined
  let lastMs = 0

  const port = {
    get onmessage() {
      return onmessage
    },
    set onmessage(listener: Listener | null) {
      onmessage = listener
    },
    start: () => undefined,
    close() {
      isClosed = true
    },
    postMessage(message: unknown, ports: readonly Transferable[] = []) {
      if (!isClosed && owner.isAlive)
        peer?.receive(structuredClone(message), ports, chance.between(0, delayMs))
    },
    addEventListener(type: string, listener: Listener) {
      if (type === 'message') listeners.add(listener)
    },
  }

  return {
    port: port as unknown as MessagePort,
    connect(other) {
      peer = other
    },
    receive(data, ports, afterMs) {
      const { monotonicMs } = timeline.now()
      lastMs = Math.max(lastMs, monotonicMs + afterMs)
      timeline.after(lastMs - monotonicMs, () =>
        owner.deliver('message', () => {
          if (isClosed) return
          heard(owner, data)
          const event = { data, ports } as unknown as MessageEvent
          onmessage?.(event)
          for (const listener of listeners) listener(event)
        }),
      )
    },
  }
}
