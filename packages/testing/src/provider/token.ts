import { errorAnswer, jsonAnswer } from './answers.ts'
import { sha256 } from './base64url.ts'
import type { Clients } from './clients.ts'
import type { Grant, Grants, TokenTarget } from './grants.ts'
import type { SigningKeys } from './signing-keys.ts'

/** How a provider hands out refresh tokens. */
export type RefreshTokens = 'rotating' | 'lasting' | 'none'

/** What the token endpoint works with. */
export interface TokenContext {
  readonly issuer: string
  readonly clients: Clients
  readonly grants: Grants
  readonly keys: SigningKeys
  readonly nowSeconds: () => number
  readonly accessTokenLifetimeSeconds: number
  readonly refreshTokens: RefreshTokens
  /** What ID tokens say beside, or instead; what is undefined is left out. */
  readonly idTokenClaims: () => Readonly<Record<string, unknown>>
}

/** Exchanges a code, or a refresh token (RFC 6749 §4.1.3, §6). */
export async function answerToken(context: TokenContext, form: URLSearchParams): Promise<Response> {
  const { clients, grants, refreshTokens } = context
  const clientId = form.get('client_id') ?? ''
  if (!clients.isKnown(clientId)) return errorAnswer('invalid_client', 'There is no such client.', 401)
  switch (form.get('grant_type')) {
    case 'authorization_code': {
      const found = grants.redeemCode(form.get('code') ?? '')
      if (!found) return errorAnswer('invalid_grant', 'The code is unknown, expired, or was sent before.')
      const { grant, binding } = found
      if (grant.clientId !== clientId || binding.redirectUri !== form.get('redirect_uri')) {
        return errorAnswer('invalid_grant', 'The code was given for another client or another address.')
      }
      // RFC 7636 §4.6
      if (binding.challenge !== (await sha256(form.get('code_verifier') ?? ''))) {
        return errorAnswer('invalid_grant', 'The code_verifier does not fit the code_challenge.')
      }
      return tokensFor(context, grant, refreshTokens !== 'none')
    }
    case 'refresh_token': {
      const isRotated = refreshTokens === 'rotating'
      const target = targetOf(form, grants.peekRefreshToken(form.get('refresh_token') ?? ''))
      if (typeof target === 'string') return errorAnswer(target, 'It was not granted at sign-in.')
      const grant = grants.redeemRefreshToken(form.get('refresh_token') ?? '', { isRotated })
      if (grant?.clientId !== clientId) {
        return errorAnswer('invalid_grant', 'The refresh token is unknown, revoked, or was exchanged before.')
      }
      return tokensFor(context, grant, isRotated, target)
    }
    default:
      return errorAnswer('unsupported_grant_type', 'Only authorization_code and refresh_token are known.')
  }
}

/** What a refresh is for, or why that is refused: RFC 8707 §2.2, RFC 6749 §6. The refresh token stays good. */
function targetOf(
  form: URLSearchParams,
  grant: Grant | undefined,
): TokenTarget | 'invalid_target' | 'invalid_scope' | undefined {
  const resource = form.get('resource') ?? undefined
  const scope = form.get('scope') ?? grant?.scope ?? ''
  if (!grant || (resource === undefined && !form.has('scope'))) return undefined
  if (resource !== undefined && !grant.resources.includes(resource)) return 'invalid_target'
  const isGranted = scope.split(' ').every((word) => grant.scope.split(' ').includes(word))
  return isGranted ? { resource, scope } : 'invalid_scope'
}

async function tokensFor(
  context: TokenContext,
  grant: Grant,
  isRefreshable: boolean,
  target?: TokenTarget,
): Promise<Response> {
  const { grants, keys, accessTokenLifetimeSeconds } = context
  const accessToken = grants.issueAccessToken(grant, target)
  const isOpenId = grant.scope.split(' ').includes('openid')
  return jsonAnswer(200, {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: accessTokenLifetimeSeconds,
    scope: target?.scope ?? grant.scope,
    ...(isRefreshable && { refresh_token: grants.issueRefreshToken(grant) }),
    ...(isOpenId && { id_token: await keys.sign(await idTokenClaims(context, grant, accessToken)) }),
  })
}

/** OpenID Connect Core 1.0 §2 and §3.1.3.6. */
async function idTokenClaims(
  { issuer, nowSeconds, accessTokenLifetimeSeconds, idTokenClaims }: TokenContext,
  { user, clientId, nonce, authTime, acr, sid }: Grant,
  accessToken: string,
): Promise<object> {
  const iat = Math.floor(nowSeconds())
  const claims = {
    ...user,
    iss: issuer,
    aud: clientId,
    iat,
    exp: iat + Math.max(60, accessTokenLifetimeSeconds),
    auth_time: authTime,
    nonce,
    acr,
    sid,
    at_hash: await sha256(accessToken, 'left half'),
    ...idTokenClaims(),
  }
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
}
