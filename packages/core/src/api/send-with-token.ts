import { NetworkError } from '../errors.ts'
import type { AccessTokenRequest, LentAccessToken } from '../keeper/keeper.ts'
import type { Proofs } from '../protocol/binding.ts'
import { isSamePerson, type SessionOwner } from '../same-person.ts'
import { subjectChanged } from '../withheld.ts'
import { parseChallenges } from './challenges.ts'
import type { Sendable } from './sendable.ts'

/** A token, and the key that it is bound to where it is (RFC 9449). */
export type PresentedToken = Pick<LentAccessToken, 'accessToken' | 'boundTo'>

/** What sending with a token works with. */
export interface TokenSender<TToken extends PresentedToken> {
  getToken(request: AccessTokenRequest): Promise<TToken>
  /** Whether there is anything that brings another token. */
  canRenew(): boolean
  /** Whose session it is now. Absent: `getToken` sees to it that it is one and the same person's. */
  readonly owner?: (() => SessionOwner | undefined) | undefined
  send(request: Request): Promise<Response>
  /** Needed for tokens that are bound. */
  readonly proofs?: Pick<Proofs, 'send'> | undefined
}

/**
 * Sends a request with the access token in its header (RFC 6750 §2.1), and with a proof where the token is bound to a
 * key (RFC 9449 §7.1). Where the API refuses the token, it is renewed and the request sent once more (RFC 6750 §3.1);
 * what is refused again is the caller's to see. Those who are refused together share the renewal.
 *
 * @throws {SignInRequiredError} `subject_changed`: it was refused, and somebody else has signed in since
 * @throws {NetworkError} `request_not_repeated`: a streamed body is gone after the first time; the next one will do
 * @throws what `getToken` throws, and what `fetch` throws
 */
export async function sendWithToken<TToken extends PresentedToken>(
  sendable: Sendable,
  { getToken, canRenew, owner, send, proofs }: TokenSender<TToken>,
): Promise<Response> {
  const { method, url, signal, isReplayable, withHeaders } = sendable

  async function present({ accessToken, boundTo }: PresentedToken): Promise<Response> {
    if (!boundTo || !proofs) return send(withHeaders({ authorization: `Bearer ${accessToken}` }))
    const { keyId, clockSkewSeconds } = boundTo
    return proofs.send(keyId, { method, url, accessToken, clockSkewSeconds }, async (dpop, isAgain) => {
      if (isAgain && !isReplayable) throw notRepeated(url, 'asked for a nonce, which is known now')
      return send(withHeaders({ authorization: `DPoP ${accessToken}`, dpop }))
    })
  }

  const before = owner?.()
  const first = await getToken({ signal })
  const asked = before ?? owner?.()

  /** What was asked in one person's name is not asked once more in that of who has signed in since. */
  async function getAnother(request: AccessTokenRequest): Promise<TToken> {
    const now = owner?.()
    if (now && !(asked && isSamePerson(asked, now))) throw subjectChanged()
    return getToken(request)
  }

  const response = await present(first)
  if (!isTokenRefused(response) || !canRenew()) return response
  await response.body?.cancel()
  const held = await getAnother({ signal })
  const next =
    held.accessToken === first.accessToken ? await getAnother({ signal, forceRefresh: true }) : held
  if (!isReplayable) throw notRepeated(url, 'refused the access token, which has been renewed')
  return present(next)
}

/** RFC 6750 §3.1; and an API that says nothing else, or whose words CORS keeps from us, means the token too. */
function isTokenRefused({ status, headers }: Response): boolean {
  if (status !== 401) return false
  const errors = parseChallenges(headers.get('www-authenticate')).map(({ parameters }) => parameters.error)
  return errors.every((error) => error === undefined || error === 'invalid_token')
}

function notRepeated(url: string, what: string): NetworkError {
  return new NetworkError(
    'request_not_repeated',
    `${new URL(url).origin} ${what}; a streamed body can be sent only once. Make the request again.`,
    { status: 401 },
  )
}
