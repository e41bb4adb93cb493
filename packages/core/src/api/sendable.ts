import type { ApiRequest } from './api-request.ts'

/** A request as it can be sent, once or again. */
export interface Sendable {
  readonly method: string
  readonly url: string
  /** Every time another request, with these headers beside its own. */
  withHeaders(headers: Readonly<Record<string, string>>): Request
  /** Whether its body is there for a second time. */
  readonly isReplayable: boolean
  readonly signal: AbortSignal
}

/** A request of the app's as it is sent with a token. A redirect would carry that to an address that is not listed. */
export function toSendable({ request, isReplayable }: ApiRequest): Sendable {
  const { method, url, signal } = request
  return {
    method,
    url,
    signal,
    isReplayable,
    withHeaders(added) {
      const headers = new Headers(request.headers)
      for (const [name, value] of Object.entries(added)) headers.set(name, value)
      return new Request(isReplayable ? request.clone() : request, { headers, redirect: 'error' })
    },
  }
}
