import { NetworkError } from '../errors.ts'
import type { Clock, Platform } from '../platform/ports.ts'
import { startDeadline } from './deadline.ts'
import { plainCause } from './plain-cause.ts'

/** A request to the provider. */
export interface HttpRequest {
  readonly method: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: URLSearchParams | undefined
  /** `no-store` unless told otherwise. */
  readonly cache?: RequestCache
  /** Default: `manual`, which turns a redirect into an answer nobody accepts. */
  readonly redirect?: RequestRedirect
  /** Lets the request outlive the page, for a revocation on the way out. */
  readonly keepalive?: boolean
  readonly signal?: AbortSignal | undefined
}

/** Sends a request and gives back its answer, the body already read. */
export type Http = (url: string, request: HttpRequest) => Promise<Response>

/**
 * `fetch` as every exchange with the provider needs it: a deadline that covers the body too, no cookies,
 * no HTTP cache, no redirect followed, and failures that say where and what to look at.
 *
 * A `fetch` that never settles does not hold the caller: the deadline does not depend on its cooperation. A deadline that
 * a frozen page slept past does not beat an answer that is there: it may hold the only copy of a rotated refresh token.
 */
export function createHttp({ fetch, clock }: Pick<Platform, 'fetch' | 'clock'>, timeoutMs: number): Http {
  return async (url, { signal, ...request }) => {
    const deadline = limit(
      clock,
      timeoutMs,
      new NetworkError('timeout', timeoutMessage(url, timeoutMs)),
      signal,
    )
    try {
      return await Promise.race([deadline.passed, send(fetch, url, { ...request, signal: deadline.signal })])
    } catch (error) {
      if (deadline.signal.aborted) throw deadline.signal.reason
      throw new NetworkError('network_failed', unreachableMessage(url), { cause: plainCause(error) })
    } finally {
      deadline.clear()
    }
  }
}

async function send(fetch: Platform['fetch'], url: string, request: HttpRequest): Promise<Response> {
  // oauth4webapi names itself where it does not know the browser, as in an app's own web view. From there
  // the header would call for a preflight, which many servers fail.
  const { 'user-agent': _, ...simpleHeaders } = request.headers ?? {}
  const response = await fetch(url, {
    cache: 'no-store',
    redirect: 'manual',
    ...(request as RequestInit),
    headers: simpleHeaders,
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
  })
  if (response.type === 'opaqueredirect' || isRedirectedElsewhere(url, response)) {
    // Fetch §"atomic HTTP redirect handling": where it points cannot be read, only that it does.
    throw new TypeError('redirected')
  }
  const body = await response.text()
  const { status, statusText, headers } = response
  const mayHaveBody = ![101, 204, 205, 304].includes(status)
  return new Response(mayHaveBody ? body : null, { status, statusText, headers })
}

/** Followed redirects (metadata only) must stay with the server that was asked. */
function isRedirectedElsewhere(asked: string, response: Response): boolean {
  return response.redirected && new URL(response.url).origin !== new URL(asked).origin
}

function limit(
  clock: Clock,
  timeoutMs: number,
  timeout: NetworkError,
  caller: AbortSignal | undefined,
): { signal: AbortSignal; passed: Promise<never>; clear: () => void } {
  const controller = new AbortController()
  const follow = (): void => controller.abort(caller?.reason)
  if (caller?.aborted) follow()
  caller?.addEventListener('abort', follow)
  const cancelTimer = startDeadline(clock, timeoutMs, () => controller.abort(timeout))
  const { signal } = controller
  const passed = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason))
  })
  return {
    signal,
    passed,
    clear() {
      cancelTimer()
      caller?.removeEventListener('abort', follow)
    },
  }
}

function timeoutMessage(url: string, timeoutMs: number): string {
  return `${place(url)} did not answer within ${timeoutMs / 1000} seconds. The session is kept; try again later.`
}

function unreachableMessage(url: string): string {
  return (
    `${place(url)} could not be reached. If the network and the server are up, check the address (option "issuer" or ` +
    '"endpoints"), that the server allows this origin by CORS and does not redirect, and that the page’s ' +
    'Content-Security-Policy lists it in connect-src.'
  )
}

/** Where a request went, without its query. */
function place(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}
