import { NetworkError } from '../errors.ts'
import type { AccessTokenRequest } from '../keeper/keeper.ts'
import { parseChallenges } from './challenges.ts'

/** A request as it can be sent, once or again. */
export interface Sendable {
  /** Every time another request. */
  withToken(accessToken: string): Request
  /** Whether its body is there for a second time. */
  readonly isReplayable: boolean
  readonly signal: AbortSignal
}

/** What sending with a token works with. */
export interface TokenSender<TToken extends { readonly accessToken: string }> {
  getToken(request: AccessTokenRequest): Promise<TToken>
  /** Whether there is anything that brings another token. */
  canRenew(): boolean
  send(request: Request): Promise<Response>
}

/**
 * Sends a request with the access token in its header (RFC 6750 §2.1). Where the API refuses the token, it is renewed
 * and the request sent once more (§3.1); what is refused again is the caller's to see. Those who are refused together
 * share the renewal.
 *
 * @throws {NetworkError} `request_not_repeated`: a streamed body is gone after the first time; the token is new now
 * @throws what `getToken` throws, and what `fetch` throws
 */
export async function sendWithToken<TToken extends { readonly accessToken: string }>(
  sendable: Sendable,
  { getToken, canRenew, send }: TokenSender<TToken>,
): Promise<Response> {
  const { signal, isReplayable, withToken } = sendable
  const { accessToken: refused } = await getToken({ signal })
  const response = await send(withToken(refused))
  if (!isTokenRefused(response) || !canRenew()) return response
  await response.body?.cancel()
  const held = await getToken({ signal })
  const { accessToken } = held.accessToken === refused ? await getToken({ signal, forceRefresh: true }) : held
  if (!isReplayable) throw notRepeated(response)
  return send(withToken(accessToken))
}

/** RFC 6750 §3.1; and an API that says nothing else, or whose words CORS keeps from us, means the token too. */
function isTokenRefused({ status, headers }: Response): boolean {
  if (status !== 401) return false
  const errors = parseChallenges(headers.get('www-authenticate')).map(({ parameters }) => parameters.error)
  return errors.every((error) => error === undefined || error === 'invalid_token')
}

function notRepeated({ url }: Response): NetworkError {
  return new NetworkError(
    'request_not_repeated',
    `${URL.canParse(url) ? new URL(url).origin : 'The API'} refused the access token, and a streamed body can be sent only once. ` +
      'The token has been renewed: make the request again.',
    { status: 401 },
  )
}
