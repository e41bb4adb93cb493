import { emptyAnswer, jsonAnswer } from './answers.ts'

/** What of a provider can be asked. */
export type Endpoint =
  | 'discovery'
  | 'authorization'
  | 'pushed_authorization'
  | 'token'
  | 'jwks'
  | 'userinfo'
  | 'revocation'
  | 'end_session'

/**
 * What goes wrong: nobody answers (`network`), the provider is not well (`status`), or it refuses (`error`, as RFC
 * 6749 §5.2 or §4.1.2.1 names it).
 */
export type Fault =
  | 'network'
  | { readonly status: number; readonly retryAfterSeconds?: number }
  | { readonly error: string; readonly description?: string; readonly status?: number }

/** A request that is on its way for as long as a test wants. */
export interface HeldRequest {
  /** Settles when the provider has got it. */
  readonly arrived: Promise<void>
  /** Lets the provider answer. */
  release(): void
}

/** What is about to go wrong. */
export interface Faults {
  /** The next request to this endpoint goes wrong, after those that were named before. */
  failNext(endpoint: Endpoint, fault: Fault): void
  /** The next request to this endpoint waits. */
  holdNext(endpoint: Endpoint): HeldRequest
  /** Settles once the request may be answered. @returns what goes wrong with it */
  take(endpoint: Endpoint): Promise<Fault | undefined>
}

/** Makes {@link Faults}, of which there are none. */
export function createFaults(): Faults {
  const failing = new Map<Endpoint, Fault[]>()
  const held = new Map<Endpoint, { arrive(): void; readonly released: Promise<void> }[]>()

  function push<T>(queues: Map<Endpoint, T[]>, endpoint: Endpoint, entry: T): void {
    queues.set(endpoint, [...(queues.get(endpoint) ?? []), entry])
  }

  return {
    failNext: (endpoint, fault) => push(failing, endpoint, fault),
    holdNext(endpoint) {
      let arrive = (): void => undefined
      let release = (): void => undefined
      const arrived = new Promise<void>((resolve) => {
        arrive = resolve
      })
      const released = new Promise<void>((resolve) => {
        release = resolve
      })
      push(held, endpoint, { arrive, released })
      return { arrived, release }
    },
    async take(endpoint) {
      const fault = failing.get(endpoint)?.shift()
      const hold = held.get(endpoint)?.shift()
      hold?.arrive()
      await hold?.released
      return fault
    },
  }
}

/** What is answered where something goes wrong. Nobody's answer is `Response.error()`, as in a service worker. */
export function faultAnswer(fault: Fault): Response {
  if (fault === 'network') return Response.error()
  if ('error' in fault) {
    const { error, description, status = 400 } = fault
    return jsonAnswer(status, { error, ...(description && { error_description: description }) })
  }
  const { status, retryAfterSeconds } = fault
  return emptyAnswer(
    status,
    retryAfterSeconds === undefined ? {} : { 'retry-after': retryAfterSeconds.toString() },
  )
}
