import { type HostMessage, hostVersion, type PageMessage } from '../hosted/messages.ts'
import { wakeCauseOf } from '../platform/page-life.ts'
import { type HostContext, type HostedClient, openClient, packFailure } from './open-client.ts'
import { parsePageMessage } from './parse-page-message.ts'

type Taken = Exclude<PageMessage, { kind: 'hello' }>
type Call = Extract<Taken, { kind: 'call' }>
type Take<TKind> = (
  message: Extract<Taken, { kind: TKind }>,
  client: HostedClient,
  extra: MessagePort | undefined,
) => void

/** A page's end in its worker: a port, or the worker's own where it is this page's alone. */
export type HostPort = Pick<MessagePort, 'addEventListener' | 'postMessage'> &
  Partial<Pick<MessagePort, 'start'>>

/** A page in the back/forward cache may come back. So many are waited for; a client costs little, and is not free. */
const keptAsleep = 8
/** So much is kept for each, which is what a day brings or two. Who comes back later is told to find the host anew. */
const keptUnsaid = 500

/**
 * Hosts the clients of pages.
 *
 * @returns serves one port; call it for every page that connects
 */
export function createClientHost(context: HostContext): (port: HostPort) => void {
  const asleep = new Map<HostPort, () => void>()

  return (port) => {
    const calls = new Map<number, AbortController>()
    const unsaid: HostMessage[] = []
    let hosted: HostedClient | undefined
    let isGivenUp = false

    // Chromium drops a page out of the back/forward cache that gets a message in there.
    function post(message: HostMessage): void {
      if (isGivenUp) return
      if (asleep.has(port)) keep(message)
      else port.postMessage(message)
    }

    function keep(message: HostMessage): void {
      // Who has gone elsewhere meanwhile does not want to be sent off when they are back.
      if (message.kind === 'go' && message.how !== 'replace') return
      unsaid.push(message)
      if (unsaid.length > keptUnsaid) dispose()
    }

    async function answer(call: Call, client: HostedClient, extra: MessagePort | undefined): Promise<void> {
      const { id } = call
      const stop = new AbortController()
      calls.set(id, stop)
      try {
        const value = await client.run(call, stop.signal, extra)
        post({ kind: 'answer', id, value, glance: client.glance() })
      } catch (error) {
        post({ kind: 'failure', id, error: packFailure(error), glance: client.glance() })
      } finally {
        calls.delete(id)
      }
    }

    function dispose(): void {
      isGivenUp = true
      asleep.delete(port)
      for (const stop of calls.values()) stop.abort()
      hosted?.dispose()
      hosted = undefined
    }

    function fallAsleep(): void {
      asleep.set(port, dispose)
      const [longest] = asleep.values()
      if (asleep.size > keptAsleep) longest?.()
    }

    function wakeUp(): void {
      if (!asleep.delete(port)) return
      for (const message of unsaid.splice(0)) post(message)
    }

    const takes: { readonly [TKind in Taken['kind']]: Take<TKind> } = {
      call: (message, client, extra) => void answer(message, client, extra),
      abort: ({ id }) => calls.get(id)?.abort(),
      start: (_, client) => client.start(),
      stop: (_, client) => client.stop(),
      ping: () => post({ kind: 'pong' }),
      stored: ({ key, value }, { surroundings }) => surroundings.learn(key, value),
      said: ({ frame, message }, { surroundings }) => surroundings.say(frame, message),
      life(event, { surroundings }) {
        surroundings.live(event)
        if (event.type === 'pagehide') fallAsleep()
      },
    }

    // Where the browser tells of it: a page that crashed has not said goodbye.
    port.addEventListener('close', dispose)
    port.addEventListener('message', ({ data, ports: [extra] }: MessageEvent<unknown>) => {
      const message = parsePageMessage(data)
      if (!message) return
      if (message.kind === 'hello') {
        // A port belongs to one client for good.
        if (hosted || isGivenUp) return
        port.postMessage({ latchkey: hostVersion, kind: 'welcome' })
        if (message.latchkey === hostVersion) hosted = openClient(message, context, post)
        return
      }
      if (!hosted) return port.postMessage({ kind: 'lost' })
      if (isSignOfLife(message)) wakeUp()
      if (message.kind === 'call' || message.kind === 'life') hosted.surroundings.see(message.view)
      ;(takes[message.kind] as Take<Taken['kind']>)(message, hosted, extra)
    })
    port.start?.()
  }
}

/**
 * Whether somebody is there again who was gone. What a page says as it goes is none: browsers tell that it is hidden after
 * they have told that it is gone, and the app may sign off, give up calls and make others. Who waits for an answer asks
 * for a sign of life too, as long as they are there to wait.
 */
function isSignOfLife(message: Taken): boolean {
  if (message.kind === 'life') return wakeCauseOf(message, message.view.isVisible) !== undefined
  return message.kind === 'start' || message.kind === 'ping'
}
