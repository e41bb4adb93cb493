import type { DurableStore, Platform } from '../platform/ports.ts'
import type { Http } from './http.ts'
import type { Metadata } from './metadata.ts'

/** Binds tokens to a key, so that they are worth nothing without it: what `dpop()` gives. */
export interface Binding {
  readonly kind: 'dpop'
  /** Whether a token that is not bound is refused. */
  readonly required: boolean
  /** For Latchkey itself. No promise of stability. */
  open(context: BindingContext): Proofs
}

/** The binding of one client, opened. */
export interface OpenBinding {
  readonly required: boolean
  /** Whether the session is to be found again by whoever finds the key. */
  readonly persists: boolean
  readonly proofs: Proofs
}

/** What the keys of one client are kept with. */
export interface BindingContext {
  readonly platform: Pick<Platform, 'clock' | 'random'> & { readonly openDurable?: Platform['openDurable'] }
  /** Names what is kept: the client's instance. */
  readonly name: string
  /**
   * How long a key rests in storage. `sign-in`: until the provider's answer is there. `session`: as long as the session,
   * so that other tabs find it.
   */
  readonly rests: 'sign-in' | 'session'
}

/** Opens a binding for one client. */
export function openBinding(
  binding: Binding,
  {
    persists,
    ...context
  }: Omit<BindingContext, 'rests'> & { readonly persists: boolean; readonly isShared: boolean },
): OpenBinding {
  // A key that nobody else looks for rests no longer than a sign-in takes: a worker may be gone in between.
  const rests = persists || context.isShared ? 'session' : 'sign-in'
  return { required: binding.required, persists, proofs: binding.open({ ...context, rests }) }
}

/** One request, as a proof speaks of it. */
export interface ProvenRequest {
  readonly method: string
  readonly url: string
  /** The token that goes with it, where one does. */
  readonly accessToken?: string | undefined
  /** How far the device's clock is off. */
  readonly clockSkewSeconds?: number | undefined
}

/** A client's keys, and what servers want of its proofs. A key is named by its thumbprint (RFC 7638). */
export interface Proofs {
  /**
   * Makes a key for a sign-in at this server; undefined where it does not know DPoP, and need not. `isKept`: the key
   * outlives the page until the answer is there.
   *
   * @throws {ConfigurationError} `binding_unsupported`
   */
  create(server: Metadata): Promise<{ readonly keyId: string; readonly isKept: boolean } | undefined>
  /** Whether the key is there. */
  has(keyId: string): Promise<boolean>
  /** A sign-in is over, and this is the key of its tokens. */
  settled(keyId: string): Promise<void>
  /** Whether other tabs can find it. */
  isShared(keyId: string): boolean
  /** The session is over: nobody is to find the key any more. */
  forget(keyId: string): void
  /**
   * Makes one request with a proof; and once more where the server wants its nonce in it (RFC 9449 §8, §9).
   *
   * @throws {SignInRequiredError} `session_lost`: the key is gone
   * @throws {ConfigurationError} `nonce_unreadable`
   */
  send(
    keyId: string,
    request: ProvenRequest,
    attempt: (proof: string, isAgain: boolean) => Promise<Response>,
  ): Promise<Response>
  /** What outlives the browser beside the keys. */
  readonly kept: DurableStore
  /** The same `http`, with a proof on whatever carries or asks for a token. */
  bind(http: Http, keyId: string, clockSkewSeconds: () => number): Http
}
