import * as oauth from 'oauth4webapi'
import { ProtocolError } from '../errors.ts'
import type { Clock, Instant } from '../platform/ports.ts'
import { isAuthorizationDetails } from './authorization-details.ts'
import type { Http } from './http.ts'
import { learnClockSkew } from './id-token.ts'
import type { Metadata } from './metadata.ts'
import type { ProtocolSettings } from './settings.ts'
import type { SigningKeys } from './signature.ts'
import type { IdTokenClaims, TokenSet } from './token-set.ts'
import { translateError } from './translate-error.ts'

/** What an exchange at the token endpoint works with. */
export interface TokenRequestContext {
  readonly settings: ProtocolSettings
  readonly metadata: Metadata
  readonly http: Http
  readonly clock: Clock
  readonly signingKeys: SigningKeys
  /** How far the device's clock is off, where that was learned. */
  readonly clockSkewSeconds: number
  /** The key that what comes is to be bound to, whose proofs `http` sends. */
  readonly boundTo?: { readonly keyId: string; readonly isRequired: boolean } | undefined
}

/** The client as oauth4webapi is told of it. It has no secret (RFC 10017 §6.3.3.1). */
export function describeClient({ settings, clock, clockSkewSeconds }: TokenRequestContext): oauth.Client {
  // oauth4webapi asks Date for the time; what our clock says differently goes into the skew.
  const offsetSeconds = Math.round((clock.now().epochMs - Date.now()) / 1000)
  return {
    client_id: settings.clientId,
    [oauth.clockTolerance]: settings.clockToleranceSeconds,
    [oauth.clockSkew]: offsetSeconds + clockSkewSeconds,
  }
}

/** Tokens, and what was learned of the device's clock on the way. */
export interface GrantResult {
  readonly tokens: TokenSet
  readonly clockSkewSeconds: number
}

/** A 200 answer of the token endpoint, before any of it is believed. */
export interface TokenAnswer {
  readonly response: Response
  /** The context, with what the answer says of the time. */
  readonly context: TokenRequestContext
  /** Known so that it can be given back should the answer be refused. */
  readonly refreshToken: string | undefined
}

/**
 * Looks into an answer. What its ID token says of the time is believed, because it is the answer to our own
 * request, over TLS; without one, what was known stays. An ID token that was never asked for is left out
 * (RFC 6749 §5.1: what is not recognized is ignored).
 *
 * @throws {ProtocolError} `invalid_token_response`
 */
export async function openAnswer(response: Response, context: TokenRequestContext): Promise<TokenAnswer> {
  const { clock, settings } = context
  const { epochMs } = clock.now()
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  // oauth4webapi says what is wrong with whatever is no object.
  if (typeof body !== 'object' || body === null) return { response, context, refreshToken: undefined }
  const { id_token: idToken, expires_in: expiresIn, ...rest } = body as Record<string, unknown>
  const refreshToken = typeof rest.refresh_token === 'string' ? rest.refresh_token : undefined
  const isOpenId = settings.protocol === 'oidc'
  const opened = rewritten(response, {
    // RFC 6749 §5.1 demands it; openauth leaves it out. With OpenID Connect nobody does (Core 1.0 §3.1.3.3).
    ...(!isOpenId && { token_type: 'Bearer' }),
    ...rest,
    ...(isOpenId && { id_token: idToken }),
    ...(isLifetime(expiresIn) && { expires_in: expiresIn }),
  })
  if (idToken === undefined || !isOpenId) return { response: opened, context, refreshToken }
  const clockSkewSeconds = learnClockSkew(idToken, epochMs, settings.clockToleranceSeconds)
  return { response: opened, context: { ...context, clockSkewSeconds }, refreshToken }
}

/** The same answer, saying this. What is nested too deep can be read, and not be written again. */
function rewritten(response: Response, body: unknown): Response {
  try {
    return new Response(JSON.stringify(body), response)
  } catch (error) {
    throw translateError(error, 'The token response')
  }
}

/** A thousand years: what is more is no moment that a date could name. */
const longestSeconds = 3e10

/**
 * Whether this says how long the token lives. A lifetime that means nothing is as good as none (RFC 6749 §5.1: it is
 * only recommended), and no reason to keep anybody from signing in; some servers send it as a string.
 */
function isLifetime(expiresIn: unknown): boolean {
  // Not every object has a string to be read from.
  const seconds = typeof expiresIn === 'string' ? Number.parseFloat(expiresIn) : expiresIn
  return Number.isFinite(seconds) && (seconds as number) >= 0 && (seconds as number) <= longestSeconds
}

/** How a token request is sent: only headers that need no preflight, which many servers would fail. */
export function sendBy(http: Http): oauth.TokenEndpointRequestOptions {
  return {
    // Endpoints were checked before: http is let through on loopback only.
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: (url, { method, headers, body }) => http(url, { method, headers, body }),
  }
}

/**
 * A processed token response as plain data (RFC 6749 §5.1).
 *
 * @throws {ProtocolError} `invalid_token_response`: a kind of token that was not asked for · `token_not_bound`: one that
 * anybody could use, where only a bound one will do (RFC 9449 §5)
 */
export function toTokenSet(
  response: oauth.TokenEndpointResponse,
  {
    requestedAt,
    scope,
    claims,
    clockSkewSeconds,
    boundTo,
  }: {
    requestedAt: Instant
    scope: string
    claims: IdTokenClaims | undefined
    clockSkewSeconds: number | undefined
    boundTo: TokenRequestContext['boundTo']
  },
): TokenSet {
  const { expires_in: expiresIn, token_type: tokenType, authorization_details: details } = response
  const isBound = tokenType === 'dpop'
  if (isBound ? !boundTo : tokenType !== 'bearer') {
    throw new ProtocolError(
      'invalid_token_response',
      'The token response was refused: its token_type is not Bearer.',
    )
  }
  if (boundTo?.isRequired && !isBound) {
    throw new ProtocolError(
      'token_not_bound',
      'The token response was refused: the provider was sent a DPoP proof, and its token is not bound to the key. ' +
        'Have it issue DPoP tokens to this client, or pass dpop({ required: false }).',
    )
  }
  return {
    accessToken: response.access_token,
    tokenType: isBound ? 'dpop' : 'bearer',
    ...(boundTo && { keyId: boundTo.keyId }),
    requestedAt,
    scope: response.scope ?? scope,
    ...(expiresIn !== undefined && { expiresAt: requestedAt.epochMs + expiresIn * 1000 }),
    ...(response.refresh_token !== undefined && { refreshToken: response.refresh_token }),
    ...(response.id_token !== undefined && { idToken: response.id_token }),
    ...(isAuthorizationDetails(details) && { authorizationDetails: details }),
    ...(claims && { claims }),
    ...(clockSkewSeconds && { clockSkewSeconds }),
  }
}
