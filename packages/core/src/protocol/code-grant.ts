import * as oauth from 'oauth4webapi'
import { requireAuthentication } from './authentication-demand.ts'
import type { AuthenticationDemand } from './authentication-facts.ts'
import { checkAuthorizationResponse } from './authorization-response.ts'
import type { AuthorizationSecrets } from './authorization-url.ts'
import { requireSubject } from './expected-subject.ts'
import type { Http } from './http.ts'
import { checkIdToken } from './id-token.ts'
import { requireEndpoint } from './metadata.ts'
import { readProviderSession } from './provider-session.ts'
import { giveBack } from './revocation.ts'
import { verifySignature } from './signature.ts'
import { plainText } from './text.ts'
import { readRefusal, refusalError, type TokenRefusal } from './token-error.ts'
import {
  describeClient,
  type GrantResult,
  openAnswer,
  sendBy,
  type TokenRequestContext,
  toTokenSet,
} from './token-request.ts'
import type { IdTokenClaims } from './token-set.ts'
import { translateError } from './translate-error.ts'

/** What an authorization response is checked against and exchanged with. */
export interface CodeGrant extends AuthorizationSecrets, AuthenticationDemand {
  readonly redirectUri: string
  readonly scope: string
  /** Whoever else comes back is refused, and nothing of theirs is kept. Undefined: whoever comes back. */
  readonly expectedSubject?: string | undefined
  /** For the session that comes of it: see `Session`. */
  readonly switchedTo?: Readonly<Record<string, string>> | undefined
}

/**
 * Turns an authorization response into tokens (RFC 6749 §4.1.3, OpenID Connect Core 1.0 §3.1.3). Every
 * check of the response comes before the request; every check of the ID token before any token is given
 * out. The code is sent once and never again, whatever happens.
 *
 * @throws {ProtocolError} the response or the ID token broke a rule
 * @throws {ServerError} the provider refused
 * @throws {ConfigurationError} `client_rejected` · `missing_endpoint` · `insecure_endpoint`
 * @throws {SignInRequiredError} `reauthentication_required` · `subject_changed`, or what the provider wants the person to do
 * @throws {NetworkError} no usable answer
 */
export async function redeemCode(
  parameters: URLSearchParams,
  grant: CodeGrant,
  context: TokenRequestContext,
): Promise<GrantResult> {
  const { metadata, settings, clock } = context
  checkAuthorizationResponse(parameters, { metadata, settings, sent: grant })
  requireEndpoint(metadata, 'token_endpoint')
  const isOpenId = settings.protocol === 'oidc'
  const requestedAt = clock.now()
  const keysUrl = isOpenId ? requireEndpoint(metadata, 'jwks_uri').href : undefined
  let keys: Promise<Response> | undefined
  // The keys travel beside the token request. It goes first, unless a proof is to be signed: whoever signs in waits for it.
  const http: Http = (url, request) => {
    const answer = context.http(url, request)
    if (keysUrl) keys = prefetchKeys(keysUrl, context)
    return answer
  }
  const response = await requestTokens(parameters, grant, { ...context, http })
  const { codeVerifier, nonce, state } = grant
  const refusal = await readRefusal(response, [parameters.get('code'), codeVerifier, nonce, state])
  if (refusal) throw codeRefused(refusal, grant)

  const answer = await openAnswer(response, context)
  const { clockSkewSeconds } = answer.context
  let claims: IdTokenClaims | undefined
  try {
    const result = await oauth.processAuthorizationCodeResponse(
      metadata,
      describeClient(answer.context),
      answer.response,
      { ...(isOpenId && { expectedNonce: nonce, requireIdToken: true }) },
    )
    const validated = oauth.getValidatedIdTokenClaims(result)
    if (validated) {
      await verifySignature(answer.response, { ...context, keys })
      claims = await checkIdToken(validated, result, settings.clientId)
      requireAuthentication(claims, grant, {
        nowSeconds: clock.now().epochMs / 1000 + clockSkewSeconds,
        toleranceSeconds: settings.clockToleranceSeconds,
      })
      requireSubject(claims.sub, grant.expectedSubject)
    }
    const tokens = toTokenSet(result, {
      requestedAt,
      scope: grant.scope,
      claims,
      clockSkewSeconds,
      boundTo: context.boundTo,
    })
    const providerSession = isOpenId ? readProviderSession(parameters, metadata) : undefined
    return { tokens: { ...tokens, ...(providerSession && { providerSession }) }, clockSkewSeconds }
  } catch (error) {
    giveBack(answer)
    throw translateError(error, 'The token response')
  }
}

/** RFC 6749 §5.2: `invalid_grant` says of a code that it is spent, too old, or of another request. */
function codeRefused(refusal: TokenRefusal, { redirectUri }: CodeGrant): Error {
  const advice =
    refusal.error === 'invalid_grant'
      ? ' Start the sign-in again. If every one ends so, the provider got another redirect URI than ' +
        `${plainText(redirectUri)}, or another client id or PKCE verifier.`
      : ''
  return refusalError('The code exchange', refusal, { advice })
}

function requestTokens(
  parameters: URLSearchParams,
  grant: CodeGrant,
  context: TokenRequestContext,
): Promise<Response> {
  const { metadata, settings, http } = context
  const client = describeClient(context)
  const mine = new URLSearchParams(parameters)
  // A plain OAuth 2.0 server has no issuer to compare with.
  if (settings.issuer === undefined) mine.delete('iss')
  const validated = oauth.validateAuthResponse(metadata, client, mine, grant.state)
  return oauth.authorizationCodeGrantRequest(
    metadata,
    client,
    oauth.None(),
    validated,
    grant.redirectUri,
    grant.codeVerifier,
    sendBy(http),
  )
}

function prefetchKeys(url: string, { http }: TokenRequestContext): Promise<Response> {
  const keys = http(url, { method: 'GET', cache: 'default' })
  keys.catch(() => undefined) // a failure is reported where the keys are needed
  return keys
}
