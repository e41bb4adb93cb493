import type { BrowserContext, ConsoleMessage } from '@playwright/test'
import type { Readable } from './page-contents.ts'

/** What pages say to other tabs and to their worker, and what they hear from them. */
export interface MessageTap {
  /** To and from the shared worker, on whatever port. */
  readonly worker: readonly string[]
  /** On broadcast channels. */
  readonly channels: readonly string[]
  /** Forgets the oldest: in a long time there would be too many. */
  keepLatest(count: number): void
}

/** What was said so far, by where. */
export function textsOfMessages({ worker, channels }: MessageTap): readonly Readable[] {
  return [
    { place: 'worker messages', text: worker.join('\n') },
    { place: 'channel messages', text: channels.join('\n') },
  ]
}

/** Listens from the beginning: what was said before cannot be known. Nothing of it stays in a page. */
export async function tapMessages(context: BrowserContext): Promise<MessageTap> {
  const heard = { worker: [] as string[], channels: [] as string[] }
  context.on('console', (message) => {
    const [mark, place, ...text] = message.text().split(' ')
    if (mark === tapMark) heard[place as keyof typeof heard].push(text.join(' '))
  })
  await context.addInitScript(listenIn, tapMark)
  return {
    ...heard,
    keepLatest(count) {
      for (const texts of Object.values(heard)) texts.splice(0, texts.length - count)
    },
  }
}

/** By the console, for a function that is exposed to a page answers it as if the person had clicked there. */
const tapMark = '(tapped)'

/** Whether a line of the console is a message that was overheard. */
export function isTapped(message: ConsoleMessage): boolean {
  return message.text().startsWith(tapMark)
}

/** Runs in every page, so it brings along all that it needs. */
function listenIn(mark: string): void {
  /** Bytes as the letters they may be: a secret is to be found in them too. */
  function textOf(message: unknown): string {
    return JSON.stringify(message, (_key, value: unknown) => {
      if (value instanceof ArrayBuffer) return new TextDecoder('latin1').decode(value)
      if (ArrayBuffer.isView(value)) return new TextDecoder('latin1').decode(value)
      // A key that may leave its owner is as good as its bytes.
      if (typeof CryptoKey !== 'undefined' && value instanceof CryptoKey)
        return `CryptoKey ${value.type} extractable=${value.extractable}`
      return value
    })
  }

  function hear(place: string, message: unknown): void {
    // React wakes itself up by saying nothing, hundreds of times.
    if (message !== null) console.debug(`${mark} ${place} ${textOf(message)}`)
  }

  const postToPort = MessagePort.prototype.postMessage
  MessagePort.prototype.postMessage = function (this: MessagePort, ...args: unknown[]) {
    hear('worker', args[0])
    return Reflect.apply(postToPort, this, args)
  } as typeof postToPort

  const postToChannel = BroadcastChannel.prototype.postMessage
  BroadcastChannel.prototype.postMessage = function (this: BroadcastChannel, message: unknown) {
    hear('channels', message)
    return Reflect.apply(postToChannel, this, [message])
  }

  const RealWorker = window.SharedWorker
  window.SharedWorker = class extends RealWorker {
    constructor(...args: ConstructorParameters<typeof RealWorker>) {
      super(...args)
      this.port.addEventListener('message', ({ data }) => hear('worker', data))
    }
  }

  // Where one of its ports is sent to the worker, that answers to the other.
  const RealMessageChannel = window.MessageChannel
  window.MessageChannel = class extends RealMessageChannel {
    constructor() {
      super()
      for (const port of [this.port1, this.port2])
        port.addEventListener('message', ({ data }) => hear('worker', data))
    }
  }

  const RealChannel = window.BroadcastChannel
  window.BroadcastChannel = class extends RealChannel {
    constructor(name: string) {
      super(name)
      this.addEventListener('message', ({ data }) => hear('channels', data))
    }
  }
}
