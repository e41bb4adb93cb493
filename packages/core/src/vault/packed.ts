/** A request of the app's, as it travels to the vault. */
export interface PackedRequest {
  /** The sign-in whose token it is for: it is sent with no other (see `SessionRecord`). */
  readonly epoch: number
  readonly url: string
  readonly method: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: ArrayBuffer | undefined
  readonly init: Pick<RequestInit, 'cache' | 'credentials' | 'integrity' | 'referrerPolicy'>
}

/** An answer without its body, which follows piece by piece. */
export interface PackedResponseHead {
  readonly url: string
  readonly status: number
  readonly statusText: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** On the port of one request. From the page: give me more, or: I want no more. From the vault: what there is. */
export type BodyMessage =
  | { readonly kind: 'pull' | 'cancel' | 'done' | 'failed' }
  | { readonly kind: 'chunk'; readonly chunk: Uint8Array }
