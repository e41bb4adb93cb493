import * as oauth from 'oauth4webapi'
import { ServerError } from '../errors.ts'
import { asymmetricAlgorithms, requireEndpoint } from './metadata.ts'
import { verifySignature } from './signature.ts'
import { errorCode, plainText, providerWords } from './text.ts'
import { throwIfUnavailable } from './token-error.ts'
import { describeClient, type TokenRequestContext } from './token-request.ts'
import type { TokenSet, UserInfo } from './token-set.ts'
import { translateError } from './translate-error.ts'

/**
 * Asks the provider who this is (OpenID Connect Core 1.0 §5.3). The answer counts only where its `sub` is the ID
 * token's (§5.3.2). A signed one is verified: signature, and `iss` and `aud` where it has them.
 *
 * @throws {ProtocolError} `invalid_user_info` · `invalid_signature`: nothing of it was used
 * @throws {ServerError} `user_info_failed`, with the HTTP status
 * @throws {ConfigurationError} `missing_endpoint` · `insecure_endpoint`
 * @throws {NetworkError} no usable answer
 */
export async function fetchUserInfo(
  { accessToken, subject }: { readonly accessToken: TokenSet['accessToken']; readonly subject: string },
  context: TokenRequestContext,
): Promise<UserInfo> {
  const { metadata, http, clock } = context
  requireEndpoint(metadata, 'userinfo_endpoint')
  const askedAtMs = clock.now().epochMs
  const client = describeClient(context)
  const response = await oauth.userInfoRequest(metadata, client, accessToken, {
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: (url, { method, headers }) => http(url, { method, headers }),
  })
  throwIfUnavailable(response)
  if (response.status !== 200) throw await refused(response, [accessToken])
  // What a public client's answers are signed with is not registered anywhere that it could be read.
  const server = { ...metadata, userinfo_signing_alg_values_supported: [...asymmetricAlgorithms] }
  try {
    const claims = await oauth.processUserInfoResponse(server, client, subject, response)
    if (isSigned(response)) {
      await verifySignature(response, { ...context, what: 'The signature of UserInfo' })
    }
    return { claims: withoutNulls(claims), askedAtMs }
  } catch (error) {
    throw translateError(error, 'UserInfo', 'invalid_user_info')
  }
}

function isSigned({ headers }: Response): boolean {
  return /^application\/jwt\b/i.test(headers.get('content-type') ?? '')
}

/** §5.3.2: a claim that is not returned is left out; some providers send null in its place. */
function withoutNulls(claims: oauth.UserInfoResponse): UserInfo['claims'] {
  const known = Object.entries(claims).filter(([, value]) => value !== null)
  return { ...Object.fromEntries(known), sub: claims.sub }
}

/** §5.3.3, RFC 6750 §3: the challenge says why, and some servers say it in the body as well, or there alone. */
async function refused(response: Response, secrets: readonly string[]): Promise<ServerError> {
  const { status, headers } = response
  const body: unknown = await response.json().catch(() => undefined)
  const members = (typeof body === 'object' && body ? body : {}) as Readonly<Record<string, unknown>>
  const [, challenge] = /\berror="?([^",\s]+)/.exec(headers.get('www-authenticate') ?? '') ?? []
  const error = errorCode(challenge ?? members.error, secrets)
  const description = plainText(members.error_description, secrets)
  const said = providerWords({ error: error === 'unknown_error' ? undefined : error, description, status })
  return new ServerError(
    'user_info_failed',
    `The provider did not say who is signed in (UserInfo): ${said}.`,
    { error, description, status },
  )
}
