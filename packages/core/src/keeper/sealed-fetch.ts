import { abortable } from '../abortable.ts'
import type { BodyMessage, PackedRequest, PackedResponseHead } from '../vault/packed.ts'
import type { VaultLink } from './vault-link.ts'

/** Takes a request apart, its body read to the end. */
export async function packRequest(request: Request): Promise<Omit<PackedRequest, 'epoch'>> {
  const { url, method, headers, cache, credentials, integrity, referrerPolicy } = request
  // Of a copy: where there turns out to be no vault, it is sent from here.
  const body = await request.clone().arrayBuffer()
  return {
    url,
    method,
    headers: [...headers],
    body: body.byteLength > 0 ? body : undefined,
    init: { cache, credentials, integrity, referrerPolicy },
  }
}

/** Whoever sends requests for this page. */
export interface Sender extends Pick<VaultLink, 'mind'> {
  call(method: 'send', packed: PackedRequest, transfer: Transferable[]): Promise<PackedResponseHead>
}

/**
 * Has the vault send a request, with the token that it keeps. The answer's body comes piece by piece, as it is read.
 *
 * @throws {AuthError} what the vault answered, or that it does not answer
 * @throws the signal's reason
 */
export async function sendPacked(
  link: Sender,
  packed: PackedRequest,
  signal: AbortSignal,
): Promise<Response> {
  signal.throwIfAborted()
  const { port1: port, port2 } = new MessageChannel()
  const cancel = (): void => tell(port, 'cancel')
  signal.addEventListener('abort', cancel)
  try {
    const { url, headers, ...init } = await abortable(link.call('send', packed, [port2]), signal)
    signal.throwIfAborted()
    const hasBody = ![204, 205, 304].includes(init.status)
    const response = new Response(hasBody ? readBody(port, link, signal) : null, {
      ...init,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
    })
    if (!hasBody) port.close()
    // The constructor has no say in it.
    return Object.defineProperty(response, 'url', { value: url })
  } catch (error) {
    port.close()
    throw error
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

function readBody(port: MessagePort, { mind }: Sender, signal: AbortSignal): ReadableStream<Uint8Array> {
  let arrived = (): void => undefined
  let release = (): void => undefined
  let controller: ReadableStreamDefaultController<Uint8Array>

  function close(): void {
    release()
    signal.removeEventListener('abort', abort)
    port.onmessage = null
    port.close()
    arrived()
  }
  function fail(error: unknown): void {
    controller.error(error)
    close()
  }
  function abort(): void {
    tell(port, 'cancel')
    fail(signal.reason)
  }

  return new ReadableStream<Uint8Array>(
    {
      start(ofStream) {
        controller = ofStream
        signal.addEventListener('abort', abort)
        port.onmessage = ({ data }: MessageEvent<unknown>) => {
          if (!isBodyMessage(data)) return
          release()
          if (data.kind === 'chunk') {
            controller.enqueue(data.chunk)
            arrived()
          } else if (data.kind === 'done') {
            controller.close()
            close()
          } else fail(new TypeError('The answer was cut off.'))
        }
      },
      pull() {
        release = mind(fail)
        tell(port, 'pull')
        // Until then nothing more is asked for.
        return new Promise((resolve) => {
          arrived = resolve
        })
      },
      cancel() {
        tell(port, 'cancel')
        close()
      },
    },
    { highWaterMark: 0 },
  )
}

function isBodyMessage(data: unknown): data is BodyMessage {
  const { kind, chunk } = (data ?? {}) as { kind?: unknown; chunk?: unknown }
  return kind === 'chunk' ? chunk instanceof Uint8Array : kind === 'done' || kind === 'failed'
}

function tell(port: MessagePort, kind: 'pull' | 'cancel'): void {
  port.postMessage({ kind } satisfies BodyMessage)
}
