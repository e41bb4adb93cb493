/** A request of the app's, as it travels to the vault. */
export interface PackedRequest {
  readonly url: string
  readonly method: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: ArrayBuffer | undefined
  readonly init: Pick<
    RequestInit,
    'cache' | 'credentials' | 'integrity' | 'mode' | 'redirect' | 'referrerPolicy'
  >
}

/** An answer without its body, which follows piece by piece. */
export interface PackedResponseHead {
  readonly url: string
  readonly status: number
  readonly statusText: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** On the port of one request. From the page: give me more, or: I want no more. From the vault: what there is. */
type BodyMessage =
  | { readonly kind: 'pull' | 'cancel' | 'done' | 'failed' }
  | { readonly kind: 'chunk'; readonly chunk: Uint8Array }

/** Takes a request apart, its body read to the end. */
export async function packRequest(request: Request): Promise<PackedRequest> {
  const { url, method, headers, cache, credentials, integrity, mode, redirect, referrerPolicy } = request
  const body = await request.arrayBuffer()
  return {
    url,
    method,
    headers: [...headers],
    body: body.byteLength > 0 ? body : undefined,
    // A worker has no page to navigate.
    init: {
      cache,
      credentials,
      integrity,
      mode: mode === 'navigate' ? 'cors' : mode,
      redirect,
      referrerPolicy,
    },
  }
}

/** In the vault: makes the request, with the token. */
export function unpackRequest(packed: PackedRequest, accessToken: string, signal: AbortSignal): Request {
  const { url, method, body, init } = packed
  const headers = new Headers(packed.headers.map(([name, value]): [string, string] => [name, value]))
  headers.set('authorization', `Bearer ${accessToken}`)
  return new Request(url, { ...init, method, headers, signal, ...(body && { body }) })
}

/** In the vault: the answer's head. Its body is read as the page asks for it. */
export function packResponse(response: Response, port: MessagePort): PackedResponseHead {
  const reader = response.body?.getReader()
  port.addEventListener('message', async ({ data }: MessageEvent<BodyMessage>) => {
    if (data.kind !== 'pull') return
    try {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
      port.postMessage((done ? { kind: 'done' } : { kind: 'chunk', chunk: value }) satisfies BodyMessage)
    } catch {
      port.postMessage({ kind: 'failed' } satisfies BodyMessage)
    }
  })
  const { url, status, statusText, headers } = response
  return { url, status, statusText, headers: [...headers] }
}

/** In the vault: calls back when the page wants no more. */
export function onCancel(port: MessagePort, cancel: () => void): void {
  port.addEventListener(
    'message',
    ({ data }: MessageEvent<BodyMessage>) => data.kind === 'cancel' && cancel(),
  )
  port.start()
}

/** In the page: tells the vault that no more is wanted. */
export function cancelBody(port: MessagePort): void {
  port.postMessage({ kind: 'cancel' } satisfies BodyMessage)
}

/** In the page: the answer, whose body comes through the port as it is read. */
export function unpackResponse(head: PackedResponseHead, port: MessagePort, signal: AbortSignal): Response {
  const { url, status, statusText } = head
  const headers = new Headers(head.headers.map(([name, value]): [string, string] => [name, value]))
  const hasBody = ![101, 204, 205, 304].includes(status)
  const response = new Response(hasBody ? readBody(port, signal) : null, { status, statusText, headers })
  // The constructor has no say in it.
  Object.defineProperty(response, 'url', { value: url })
  return response
}

function readBody(port: MessagePort, signal: AbortSignal): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const abort = (): void => {
        cancelBody(port)
        controller.error(signal.reason)
      }
      const close = (): void => {
        signal.removeEventListener('abort', abort)
        port.close()
      }
      signal.addEventListener('abort', abort)
      port.onmessage = ({ data }: MessageEvent<BodyMessage>) => {
        if (data.kind === 'chunk') controller.enqueue(data.chunk)
        if (data.kind === 'done') controller.close()
        if (data.kind === 'failed') controller.error(new TypeError('The answer was cut off.'))
        if (data.kind !== 'chunk') close()
      }
    },
    pull: () => port.postMessage({ kind: 'pull' } satisfies BodyMessage),
    cancel: () => cancelBody(port),
  })
}
