import * as oauth from 'oauth4webapi'
import type { Clock } from '../platform/ports.ts'
import type { Http } from './http.ts'
import type { Metadata } from './metadata.ts'
import { throwIfUnavailable } from './token-error.ts'
import { translateError } from './translate-error.ts'

/** What signature checking needs. `keys` is a request for the JWKS that is already under way, if there is one. */
export interface SignatureContext {
  /** What was signed, as the message's subject. Default: the ID token. */
  readonly what?: string
  readonly metadata: Metadata
  readonly http: Http
  readonly clock: Clock
  readonly signingKeys: SigningKeys
  readonly keys?: Promise<Response> | undefined
  /** Hears that the keys are not at hand, before they are waited for. */
  readonly waiting?: (() => void) | undefined
}

/** What is known of one provider's signing keys beside those that oauth4webapi keeps. Starts empty. */
export interface SigningKeys {
  /** When they were last fetched past every cache. */
  renewedAtMs?: number
  /** The metadata that what came then is kept beside: see {@link Metadata}. */
  server?: Metadata
}

/** Whoever sends tokens signed by nobody knows whom must not have the page ask for keys without end. */
const renewalRestMs = 30_000

/**
 * Verifies the signature of the ID token in a processed token response, or of processed claims. Where that fails, the keys are
 * fetched once more, past every cache: the provider may have changed them a moment ago (OpenID Connect
 * Core 1.0 §10.1.1); after that, not again for half a minute, however many tokens fail.
 *
 * @throws {ProtocolError} `invalid_signature`
 * @throws {NetworkError} where the keys cannot be had: an unchecked ID token is never waved through
 */
export async function verifySignature(
  response: Response,
  { metadata, http, clock, signingKeys, keys, waiting, what = 'The ID token’s signature' }: SignatureContext,
): Promise<void> {
  let ready = keys
  const verify = (server: Metadata, cache: RequestCache): Promise<void> =>
    oauth.validateApplicationLevelSignature(server, response, {
      [oauth.allowInsecureRequests]: true,
      [oauth.customFetch]: async (url, { method, headers }) => {
        waiting?.()
        const response = await (ready ?? http(url, { method, headers, cache }))
        throwIfUnavailable(response)
        return response
      },
    })
  try {
    await verify(signingKeys.server ?? metadata, 'default').catch((error: unknown) => {
      if (!(error instanceof oauth.OperationProcessingError)) throw error
      const nowMs = clock.now().monotonicMs
      if (nowMs - (signingKeys.renewedAtMs ?? Number.NEGATIVE_INFINITY) < renewalRestMs) throw error
      signingKeys.renewedAtMs = nowMs
      // What is under way may come from the HTTP cache, and with keys at hand nobody has looked at it yet.
      ready = undefined
      // A copy has no keys of its own yet, so they are fetched whatever the age of those at hand.
      signingKeys.server = { ...metadata }
      return verify(signingKeys.server, 'no-cache')
    })
  } catch (error) {
    throw translateError(error, what, 'invalid_signature')
  }
}
