import type { Channel, Platform } from './platform/ports.ts'
import { createEmitter } from './store.ts'

/** What tabs tell each other. Nothing in it can be read that is secret; what is sealed has a recipient. */
export type TabMessage =
  /** Somebody signed in: ask for it. */
  | { readonly kind: 'signed_in'; readonly epoch: number }
  | { readonly kind: 'signed_out'; readonly epoch: number }
  /** The provider ended the session: nobody needs to find out alone. */
  | { readonly kind: 'ended'; readonly epoch: number; readonly refreshes: number; readonly code: string }
  /** A refresh failed, and nobody else need try before this long, in milliseconds. */
  | {
      readonly kind: 'refresh_failed'
      readonly epoch: number
      readonly retryInMs: number
      readonly code: string
    }
  /** Who has a session newer than this epoch? */
  | { readonly kind: 'ask'; readonly ask: string; readonly publicKey: ArrayBuffer }
  | {
      readonly kind: 'answer'
      readonly ask: string
      readonly senderKey: ArrayBuffer
      readonly iv: Uint8Array
      readonly data: ArrayBuffer
    }
  /** Refreshed tokens, for those in the session. */
  | { readonly kind: 'tokens'; readonly epoch: number; readonly iv: Uint8Array; readonly data: ArrayBuffer }
  /** Whoever has the refresh token: renew, for those who do not. */
  | { readonly kind: 'renew'; readonly epoch: number; readonly refreshes: number }
  /** Whoever has the refresh token is at it. */
  | { readonly kind: 'renewing'; readonly epoch: number }

/** The line between the tabs of one client. */
export interface TabLine {
  /** Keeps the line open until the returned function is called. Overlapping calls are counted. */
  hold(): () => void
  /** Tells every other tab. */
  tell(message: TabMessage): void
  /** Hears other tabs while the line is held. */
  onMessage(listener: (message: TabMessage) => void): () => void
  /** Whether there can be other tabs to talk to. */
  exists(): boolean
}

/** Raised when messages change their meaning: versions of the app that differ in it do not hear each other. */
const version = 1

/** Makes a {@link TabLine}. Opens nothing yet. */
export function createTabLine(openChannel: Platform['openChannel'], instanceId: string): TabLine {
  const messages = createEmitter<[message: TabMessage]>()
  let channel: Channel | undefined
  let holders = 0

  const hear = (envelope: unknown): void => {
    const message = parseTabMessage(envelope)
    if (message) messages.emit(message)
  }

  function hold(): () => void {
    if (holders === 0) channel = openChannel(`latchkey.${instanceId}`, hear)
    holders += 1
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      holders -= 1
      if (holders > 0) return
      channel?.close()
      channel = undefined
    }
  }

  return {
    hold,
    tell(message) {
      const release = hold()
      channel?.post({ latchkey: version, ...message })
      release()
    },
    onMessage: messages.on,
    exists() {
      const release = hold()
      const isOpen = channel !== undefined
      release()
      return isOpen
    },
  }
}

const shapes: Readonly<Record<TabMessage['kind'], Readonly<Record<string, (value: unknown) => boolean>>>> = {
  signed_in: { epoch: isNumber },
  signed_out: { epoch: isNumber },
  ended: { epoch: isNumber, refreshes: isNumber, code: isText },
  refresh_failed: { epoch: isNumber, retryInMs: isNumber, code: isText },
  ask: { ask: isText, publicKey: isBuffer },
  answer: { ask: isText, senderKey: isBuffer, iv: isBytes, data: isBuffer },
  tokens: { epoch: isNumber, iv: isBytes, data: isBuffer },
  renew: { epoch: isNumber, refreshes: isNumber },
  renewing: { epoch: isNumber },
}

/** A message of this version and of one of the known shapes; undefined for anything else on the channel. */
function parseTabMessage(envelope: unknown): TabMessage | undefined {
  if (typeof envelope !== 'object' || envelope === null) return undefined
  const { latchkey, kind, ...fields } = envelope as Record<string, unknown>
  if (latchkey !== version || typeof kind !== 'string' || !Object.hasOwn(shapes, kind)) return undefined
  const isWhole = Object.entries(shapes[kind as TabMessage['kind']]).every(([name, is]) => is(fields[name]))
  return isWhole ? ({ kind, ...fields } as TabMessage) : undefined
}

function isNumber(value: unknown): boolean {
  return Number.isFinite(value)
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isBuffer(value: unknown): boolean {
  return value instanceof ArrayBuffer
}

function isBytes(value: unknown): boolean {
  return value instanceof Uint8Array
}
