import { ConfigurationError, SignInRequiredError } from '../errors.ts'
import type { Platform } from '../platform/ports.ts'
import {
  type AuthorizationParameters,
  type AuthorizationStart,
  buildAuthorizationQuery,
  buildAuthorizationUrl,
} from './authorization-url.ts'
import type { OpenBinding } from './binding.ts'
import { type CodeGrant, redeemCode } from './code-grant.ts'
import { createDiscovery } from './discovery.ts'
import { buildEndSessionUrl, type EndSessionRequest } from './end-session-url.ts'
import { createHttp, type Http } from './http.ts'
import { type Metadata, requireEndpoint } from './metadata.ts'
import { pushAuthorization } from './pushed-authorization.ts'
import type { RareExchanges } from './rare-exchanges.ts'
import { type RefreshableTokenSet, type RefreshRequest, refreshTokens } from './refresh-grant.ts'
import { revokeToken } from './revocation.ts'
import type { ProtocolSettings } from './settings.ts'
import type { SigningKeys } from './signature.ts'
import type { GrantResult, TokenRequestContext } from './token-request.ts'
import type { TokenSet, UserInfo } from './token-set.ts'

/** One client's exchanges with one provider. Holds what was learned of the provider, and no token. */
export interface Provider {
  /** Starts a sign-in: the URL to go to, and what its answer is checked against. */
  authorize(parameters: AuthorizationParameters): Promise<AuthorizationStart>
  /** Ends it: see {@link redeemCode}. */
  redeem(response: URLSearchParams, grant: CodeGrant): Promise<TokenSet>
  /** See {@link refreshTokens}. */
  refresh(held: RefreshableTokenSet, request?: RefreshRequest): Promise<TokenSet>
  /** Who this is, by the provider's word: see `fetchUserInfo`. @throws {ConfigurationError} `no_user_info` */
  userInfo(tokens: TokenSet): Promise<UserInfo>
  /** Tells the provider to forget these tokens. @returns whether there was an endpoint to ask */
  revoke(tokens: TokenSet): Promise<boolean>
  /** Where to end the provider's session, where that is possible. */
  endSessionUrl(request: Omit<EndSessionRequest, 'clientId'>): Promise<string | undefined>
  /** Settles when the provider answers at all. @throws {NetworkError} where it does not */
  probe(): Promise<void>
}

/** On the way out a slow provider is not waited for. */
const signOutTimeoutMs = 3000

/** What a {@link Provider} is made of. */
export interface ProviderContext {
  readonly settings: ProtocolSettings
  readonly platform: Platform
  /** Names where its metadata waits while the browser is away. */
  readonly cacheKey: string
  readonly rare: RareExchanges
  /** What binds the tokens to a key; absent: nothing does. */
  readonly binding?: OpenBinding | undefined
}

/** Makes a {@link Provider}. */
export function createProvider({ settings, platform, cacheKey, rare, binding }: ProviderContext): Provider {
  const { clock, random, session } = platform
  const http = createHttp(platform, settings.requestTimeoutMs)
  const quickHttp = createHttp(platform, Math.min(settings.requestTimeoutMs, signOutTimeoutMs))
  const metadata = createDiscovery({ settings, http, clock, cache: { store: session, key: cacheKey } })
  const signingKeys: SigningKeys = {}
  let clockSkewSeconds = 0

  const context = async (keyId?: string, by: Http = http): Promise<TokenRequestContext> => ({
    settings,
    metadata: await metadata(),
    http: binding && keyId ? binding.proofs.bind(by, keyId, () => clockSkewSeconds) : by,
    clock,
    signingKeys,
    clockSkewSeconds,
    ...(binding && keyId && { boundTo: { keyId, isRequired: binding.required } }),
  })

  /** The key that a code is redeemed with: the one that it is bound to, or a new one. */
  async function keyFor({ keyId }: CodeGrant): Promise<string | undefined> {
    if (keyId === undefined) return (await binding?.proofs.create(await metadata()))?.keyId
    if (!binding || (await binding.proofs.has(keyId))) return keyId
    throw keyGone()
  }

  const learned = (result: GrantResult): TokenSet => {
    clockSkewSeconds = result.clockSkewSeconds
    return result.tokens
  }

  return {
    async authorize(parameters) {
      const server = await metadata()
      requireEndpoint(server, 'authorization_endpoint')
      const isCreateLeftOut = parameters.extra.prompt === 'create' && !canCreate(server, settings)
      const asked = isCreateLeftOut ? withoutPrompt(parameters) : parameters
      const key = await binding?.proofs.create(server)
      // A key that may be gone by then is no key to bind the code to.
      const keyId = key?.isKept ? key.keyId : undefined
      const bound = { ...asked, extra: { ...asked.extra, dpop_jkt: keyId } }
      const { query, ...secrets } = await buildAuthorizationQuery(settings, bound, random)
      const isPushed = settings.pushedAuthorization === 'always' || isPushDemanded(server)
      const sent = isPushed ? await pushAuthorization(query, secrets, await context(keyId)) : query
      const url = buildAuthorizationUrl(server, sent)
      return { url, ...secrets, ...(isCreateLeftOut && { isCreateLeftOut }), ...(keyId && { keyId }) }
    },
    async redeem(response, grant) {
      const keyId = await keyFor(grant)
      const tokens = learned(await redeemCode(response, grant, await context(keyId)))
      if (keyId) await binding?.proofs.settled(keyId)
      return tokens
    },
    async refresh(held, request) {
      return learned(await refreshTokens(held, await context(held.keyId), request))
    },
    async userInfo({ accessToken, claims, tokenType, keyId }) {
      // Whose it is to be is known from the ID token alone.
      if (!claims) throw noUserInfo()
      const { fetchUserInfo } = await rare.userInfo()
      const isBound = tokenType === 'dpop'
      return fetchUserInfo({ accessToken, subject: claims.sub }, await context(isBound ? keyId : undefined))
    },
    async revoke({ refreshToken, accessToken, keyId }) {
      const asked = await context(keyId, quickHttp)
      // Revoking a refresh token takes its access tokens along (RFC 7009 §2.1).
      return refreshToken === undefined
        ? revokeToken(accessToken, 'access_token', asked)
        : revokeToken(refreshToken, 'refresh_token', asked)
    },
    async endSessionUrl(request) {
      return buildEndSessionUrl(await metadata(), { ...request, clientId: settings.clientId })
    },
    async probe() {
      const { jwks_uri: jwksUri } = await metadata()
      if (jwksUri) await quickHttp(jwksUri, { method: 'GET' })
    },
  }
}

function keyGone(): SignInRequiredError {
  return new SignInRequiredError(
    'sign_in_interrupted',
    'The key that this sign-in was bound to (DPoP) is no longer in this browser. Call login() to start again.',
  )
}

function noUserInfo(): ConfigurationError {
  return new ConfigurationError(
    'no_user_info',
    'A server without OpenID Connect does not say who is signed in. Pass option "loadUser", which asks it in its own way.',
  )
}

/**
 * Initiating User Registration via OpenID Connect 1.0 §4.2. Who gives the endpoints by hand knows what the provider can;
 * any other that does not say so may answer a prompt that it does not know with a page, and strand the person there.
 */
function canCreate(metadata: Metadata, { endpoints }: ProtocolSettings): boolean {
  const prompts: unknown = metadata.prompt_values_supported
  return endpoints !== undefined || (Array.isArray(prompts) && prompts.includes('create'))
}

function withoutPrompt({ extra: { prompt: _, ...extra }, ...rest }: AuthorizationParameters) {
  return { ...rest, extra }
}

/** RFC 9126 §5. */
function isPushDemanded({ require_pushed_authorization_requests: demand }: Metadata): boolean {
  return demand === true
}
