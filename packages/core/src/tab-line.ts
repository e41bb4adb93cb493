import type { Channel, Platform } from './platform/ports.ts'
import { isCount } from './session-record.ts'
import { createEmitter } from './store.ts'
import type { TabMessage } from './tab-message.ts'

/** The line between the tabs of one client. */
export interface TabLine {
  /** Keeps the line open until the returned function is called. Overlapping calls are counted. */
  hold(): () => void
  /** Tells every other tab. */
  tell(message: TabMessage): void
  /** Hears that somebody has signed in in another tab, and of which epoch, while the line is held. */
  onSignIn(listener: (epoch: number) => void): () => void
  /** Hears other tabs while the line is held. Read it with `parseTabMessage`: anybody may have said it. */
  onMessage(listener: (message: unknown) => void): () => void
  /** Whether there can be other tabs to talk to. */
  exists(): boolean
}

/** Raised when messages change their meaning: versions of the app that differ in it do not hear each other. */
const version = 1

/** Makes a {@link TabLine}. Opens nothing yet. */
export function createTabLine(openChannel: Platform['openChannel'], instanceId: string): TabLine {
  const messages = createEmitter<[message: Record<string, unknown>]>()
  let channel: Channel | undefined
  let holders = 0

  const hear = (envelope: unknown): void => {
    const { latchkey, ...message } = (envelope ?? {}) as Record<string, unknown>
    if (latchkey === version) messages.emit(message)
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
    onSignIn: (listener) =>
      messages.on(({ kind, epoch }) => {
        if (kind === 'signed_in' && isCount(epoch)) listener(epoch)
      }),
    onMessage: messages.on,
    exists() {
      const release = hold()
      const isOpen = channel !== undefined
      release()
      return isOpen
    },
  }
}
