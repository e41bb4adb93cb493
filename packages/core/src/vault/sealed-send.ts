import type { Sendable } from '../api/sendable.ts'
import type { BodyMessage, PackedRequest, PackedResponseHead } from './packed.ts'

/**
 * The request, ready for a token. It is not redirected: only addresses that the app has listed get to see a token, and
 * where a redirect leads is known too late.
 */
export function unpackRequest(packed: PackedRequest, signal: AbortSignal): Sendable {
  const { url, method, body, init } = packed
  const { cache, credentials, integrity, referrerPolicy } = init
  return {
    url,
    method,
    signal,
    isReplayable: true,
    withHeaders(added) {
      const headers = new Headers(packed.headers.map(([name, value]): [string, string] => [name, value]))
      for (const [name, value] of Object.entries(added)) headers.set(name, value)
      return new Request(url, {
        ...dropUndefined({ cache, credentials, integrity, referrerPolicy }),
        method,
        headers,
        signal,
        redirect: 'error',
        ...(body && { body }),
      })
    },
  }
}

function dropUndefined(init: { [name: string]: unknown }): RequestInit {
  return Object.fromEntries(Object.entries(init).filter(([, value]) => value !== undefined))
}

/** The answer's head. Its body is read as the page asks for it, and no faster. */
export function packResponse(response: Response, port: MessagePort): PackedResponseHead {
  const reader = response.body?.getReader()
  const post = (message: BodyMessage): void => port.postMessage(message)
  onBodyMessage(port, async (kind) => {
    if (kind === 'cancel') return void reader?.cancel().catch(() => undefined)
    try {
      const result = await reader?.read()
      post(result?.value ? { kind: 'chunk', chunk: result.value } : { kind: 'done' })
    } catch {
      post({ kind: 'failed' })
    }
  })
  const { url, status, statusText, headers } = response
  return { url, status, statusText, headers: [...headers] }
}

/** Calls back when the page wants no more, or is gone. */
export function onCancel(port: MessagePort, cancel: () => void): void {
  onBodyMessage(port, (kind) => kind === 'cancel' && cancel())
  port.start()
}

function onBodyMessage(port: MessagePort, listener: (kind: 'pull' | 'cancel') => void): void {
  port.addEventListener('message', ({ data }: MessageEvent<BodyMessage>) => {
    const kind = data?.kind
    if (kind === 'pull' || kind === 'cancel') listener(kind)
  })
  // Where the browser tells of it: the page has closed its end, or is gone.
  port.addEventListener('close', () => listener('cancel'))
}
