/** A request of the app's, before it is known whose token it gets. */
export interface ApiRequest {
  readonly request: Request
  /** Whether its body can be sent a second time. */
  readonly isReplayable: boolean
}

/** What `fetch` was called with. A stream flows by once: a clone would have to keep all of it. */
export function toApiRequest(input: RequestInfo | URL, init: RequestInit | undefined): ApiRequest {
  return { request: new Request(input, init), isReplayable: !(init?.body instanceof ReadableStream) }
}
