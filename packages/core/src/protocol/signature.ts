import * as oauth from 'oauth4webapi'
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
  readonly keys?: Promise<Response> | undefined
}

/**
 * Verifies the signature of the ID token in a processed token response, or of processed claims. Where that fails, the keys are
 * fetched once more, past every cache: the provider may have changed them a moment ago (OpenID Connect
 * Core 1.0 §10.1.1).
 *
 * @throws {ProtocolError} `invalid_signature`
 * @throws {NetworkError} where the keys cannot be had: an unchecked ID token is never waved through
 */
export async function verifySignature(
  response: Response,
  { metadata, http, keys, what = 'The ID token’s signature' }: SignatureContext,
): Promise<void> {
  let ready = keys
  const verify = (server: Metadata, cache: RequestCache): Promise<void> =>
    oauth.validateApplicationLevelSignature(server, response, {
      [oauth.allowInsecureRequests]: true,
      [oauth.customFetch]: async (url, { method, headers }) => {
        const response = await (ready ?? http(url, { method, headers, cache }))
        throwIfUnavailable(response)
        return response
      },
    })
  try {
    await verify(metadata, 'default').catch((error: unknown) => {
      if (!(error instanceof oauth.OperationProcessingError)) throw error
      // What is under way may come from the HTTP cache, and with keys at hand nobody has looked at it yet.
      ready = undefined
      // A copy has no keys of its own yet, so they are fetched whatever the age of those at hand.
      return verify({ ...metadata }, 'no-cache')
    })
  } catch (error) {
    throw translateError(error, what, 'invalid_signature')
  }
}
