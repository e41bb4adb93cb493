import * as oauth from 'oauth4webapi'
import { NetworkError, ProtocolError, SignInRequiredError } from '../errors.ts'
import { checkIdToken } from './id-token.ts'
import { requireEndpoint } from './metadata.ts'
import { giveBack } from './revocation.ts'
import { verifySignature } from './signature.ts'
import { providerWords } from './text.ts'
import { readRefusal, refusalError, type TokenRefusal } from './token-error.ts'
import {
  describeClient,
  type GrantResult,
  openAnswer,
  sendBy,
  type TokenAnswer,
  type TokenRequestContext,
  toTokenSet,
} from './token-request.ts'
import type { IdTokenClaims, TokenSet } from './token-set.ts'
import { joinScopes, type TokenTarget } from './token-target.ts'
import { translateError } from './translate-error.ts'

/** A token set that can be refreshed. */
export type RefreshableTokenSet = TokenSet & { readonly refreshToken: string }

/** What a refresh may be told. */
export interface RefreshRequest {
  /** What the access token is to be for; undefined: all that was granted. */
  readonly target?: TokenTarget | undefined
  /**
   * Hears of another refresh token (RFC 6749 §6) where the ID token beside it cannot be proven at once: the one that was
   * sent may be dead by then, and the page may be gone before the provider's keys are there. The answer speaks of the same
   * person, and all of it may yet be refused.
   */
  readonly rotated?: ((refreshToken: string) => void) | undefined
}

/**
 * Refreshes once (RFC 6749 §6). What the response leaves out is kept: refresh token, scope, ID token and
 * its claims (OpenID Connect Core 1.0 §12.2). With a target, the access token that comes is for that (RFC 8707 §2.2).
 *
 * @throws {SignInRequiredError} `session_ended`: the refresh token is dead · `subject_changed`: the answer
 *   speaks of somebody else, and nothing of it was kept · `consent_required`: the target was not granted
 * @throws {ProtocolError} the answer broke a rule
 * @throws {ServerError} refused for another reason; the refresh token may still be good
 * @throws {ConfigurationError} `client_rejected`
 * @throws {NetworkError} no usable answer
 */
export async function refreshTokens(
  held: RefreshableTokenSet,
  context: TokenRequestContext,
  { target, rotated }: RefreshRequest = {},
): Promise<GrantResult> {
  const { metadata, http, clock, settings } = context
  requireEndpoint(metadata, 'token_endpoint')
  const requestedAt = clock.now()
  const response = await oauth.refreshTokenGrantRequest(
    metadata,
    describeClient(context),
    oauth.None(),
    held.refreshToken,
    { ...sendBy(http), additionalParameters: (target ?? {}) as Record<string, string> },
  )
  const refusal = await readRefusal(response, [held.refreshToken, held.accessToken, held.idToken])
  if (refusal && target && isTargetRefused(refusal)) {
    throw consentRequired(refusal, target, joinScopes(settings.scope, held.scope, target.scope))
  }
  if (refusal) {
    throw isDefinitive(refusal, target) ? sessionEnded(refusal) : refusalError('The refresh', refusal)
  }
  const answer = await openAnswer(response, context)
  const { clockSkewSeconds } = answer.context
  try {
    const result = await oauth.processRefreshTokenResponse(
      metadata,
      describeClient(answer.context),
      answer.response,
    )
    const validated = oauth.getValidatedIdTokenClaims(result)
    const tokens = toTokenSet(result, {
      requestedAt,
      scope: target?.scope ?? held.scope,
      claims: undefined,
      boundTo: context.boundTo,
      // Learned from ID tokens alone.
      clockSkewSeconds: validated ? clockSkewSeconds : held.clockSkewSeconds,
    })
    let isTold = false
    const waiting = (): void => {
      const { refreshToken = held.refreshToken } = tokens
      const isNew = !isTold && refreshToken !== held.refreshToken
      if (!isNew || !held.claims || !validated || otherPerson(validated, held.claims)) return
      isTold = true
      rotated?.(refreshToken)
    }
    const claims = validated && (await readPerson(validated, result, { first: held.claims, answer, waiting }))
    const { idToken: _, ...unproven } = tokens
    return {
      tokens: { ...kept(held), ...(claims ? { ...tokens, claims } : unproven) },
      clockSkewSeconds,
    }
  } catch (error) {
    const failure = translateError(error, 'The refreshed token response')
    // One that is not new is the session's, which goes on unless somebody else has come.
    if (answer.refreshToken !== held.refreshToken || failure.code === 'subject_changed') giveBack(answer)
    throw failure
  }
}

/**
 * The claims of a refreshed ID token that passed every check, or undefined where the keys to check it
 * with cannot be had. Nobody needs that token, since the one from the sign-in is kept; but the old
 * refresh token may be dead by now, so the answer as a whole must not be lost for it.
 */
async function readPerson(
  claims: oauth.IDToken,
  result: oauth.TokenEndpointResponse,
  {
    first,
    answer,
    waiting,
  }: {
    readonly first: IdTokenClaims | undefined
    readonly answer: TokenAnswer
    /** Hears that the keys are not at hand. */
    readonly waiting: () => void
  },
): Promise<IdTokenClaims | undefined> {
  const { context } = answer
  let isVerified = true
  await verifySignature(answer.response, { ...context, waiting }).catch((error: unknown) => {
    if (!(error instanceof NetworkError && first)) throw error
    isVerified = false
  })
  const other = otherPerson(claims, first)
  if (other) throw other
  if (!isVerified) return undefined
  return { ...(await checkIdToken(claims, result, context.settings.clientId)), ...factsOfSignIn(first) }
}

/** What only the sign-in can say, so that a refreshed ID token may leave it out, and the next is compared with it. */
function factsOfSignIn(first: IdTokenClaims | undefined): Partial<IdTokenClaims> {
  const names = ['nonce', 'auth_time', 'acr', 'amr', 'sid']
  return Object.fromEntries(Object.entries(first ?? {}).filter(([name]) => names.includes(name)))
}

/**
 * Whether a refusal means that this refresh token will never work again. RFC 6749 §5.2 has `invalid_grant`
 * for it; LemonLDAP::NG and @jmondi/oauth2-server say `invalid_request`, Glewlwyd answers 400 with nothing.
 */
function isDefinitive({ status, error, isEmpty }: TokenRefusal, target: TokenTarget | undefined): boolean {
  // Nobody is signed out by an answer that says yes and no.
  if (status === 200) return false
  if (error === 'invalid_grant') return true
  // It may be the target that such a server does not understand: a refresh without one will tell.
  return target === undefined && (error === 'invalid_request' || (status === 400 && isEmpty))
}

/**
 * Whether a refusal is about what was asked for, not about the session: RFC 8707 §2, RFC 6749 §5.2, and the codes of
 * OpenID Connect Core 1.0 §3.1.2.6, which Microsoft Entra sends from here too, some of them below `invalid_grant`.
 */
function isTargetRefused({ error, suberror }: TokenRefusal): boolean {
  const codes: unknown[] = [
    'invalid_target',
    'invalid_scope',
    'access_denied',
    'consent_required',
    'interaction_required',
    'login_required',
  ]
  return codes.includes(error) || suberror === 'consent_required'
}

/** Whoever is asked signs in once more, for all that was asked for before and this. */
function consentRequired(refusal: TokenRefusal, target: TokenTarget, scope: string): SignInRequiredError {
  const { resource, audience } = target
  const isNamed = resource !== undefined || audience !== undefined
  const advice = isNamed ? '' : ', and name the API by "resource" or "audience" beside "scope"'
  const what = resource ?? audience ?? `the scope ${JSON.stringify(target.scope)}`
  return new SignInRequiredError(
    'consent_required',
    `The provider gives no access token for ${what}: ${providerWords(refusal)}. The session goes on. ` +
      `Call login(error.demand) to ask the person; if that fails too, check what the client is registered for${advice}.`,
    { demand: { ...target, scope } },
  )
}

function sessionEnded(refusal: TokenRefusal): SignInRequiredError {
  return new SignInRequiredError(
    'session_ended',
    `The provider no longer accepts this session’s refresh token: ${providerWords(refusal)}. Call login().`,
  )
}

/** OpenID Connect Core 1.0 §12.2: same subject, same moment of authentication, the first nonce or none. */
function otherPerson(
  claims: oauth.IDToken,
  first: IdTokenClaims | undefined,
): SignInRequiredError | ProtocolError | undefined {
  if (first === undefined) return undefined
  if (claims.sub !== first.sub) {
    return new SignInRequiredError(
      'subject_changed',
      'The refresh brought tokens of another person. They were not used, and the session was ended. Call login().',
    )
  }
  const hasOtherNonce = claims.nonce !== undefined && claims.nonce !== first.nonce
  const hasOtherAuthTime =
    claims.auth_time !== undefined && first.auth_time !== undefined && claims.auth_time !== first.auth_time
  if (!hasOtherNonce && !hasOtherAuthTime) return undefined
  return new ProtocolError(
    'invalid_id_token',
    `The refreshed ID token was refused: its ${hasOtherNonce ? 'nonce' : 'auth_time'} is not that of the sign-in.`,
  )
}

/** What outlives the access token. */
function kept({
  refreshToken,
  idToken,
  claims,
  authorizationDetails,
  providerSession,
}: RefreshableTokenSet): Partial<TokenSet> {
  return {
    refreshToken,
    ...(idToken !== undefined && { idToken }),
    ...(claims && { claims }),
    ...(authorizationDetails && { authorizationDetails }),
    ...(providerSession && { providerSession }),
  }
}
