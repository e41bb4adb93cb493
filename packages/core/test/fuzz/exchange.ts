import type { JWTPayload } from 'jose'
import type { AuthClientOptions } from '../../src/options/client-options.ts'
import { parseOptions } from '../../src/options/parse-options.ts'
import type { CodeGrant } from '../../src/protocol/code-grant.ts'
import { createHttp } from '../../src/protocol/http.ts'
import { type Metadata, metadataFromEndpoints, parseMetadata } from '../../src/protocol/metadata.ts'
import type { RefreshableTokenSet } from '../../src/protocol/refresh-grant.ts'
import type { TokenRequestContext } from '../../src/protocol/token-request.ts'
import { createFakePlatform } from '../fake-platform.ts'
import { providerMetadata } from '../provider-metadata.ts'

/** What the provider's endpoints answer, by the last part of their path. */
export type Answers = Readonly<Record<string, () => Response>>

export const issuer = 'https://id.example'
const redirectUri = 'https://app.example/callback'
const openId: AuthClientOptions = { issuer, clientId: 'app', redirectUri }
/** By the clock of a fake platform. */
export const nowSeconds = 1_800_000_000

export const sent = {
  state: 'me.SENTINEL-state-of-alice',
  nonce: 'SENTINEL-nonce-of-alice',
  codeVerifier: 'SENTINEL-verifier-of-alice',
}
export const code = 'SENTINEL-code-of-alice'
export const grant: CodeGrant = { ...sent, redirectUri, scope: 'openid profile' }
export const parameters: URLSearchParams = new URLSearchParams({ code, state: sent.state, iss: issuer })

/** What an ID token says that is right in every respect. */
export const rightClaims: JWTPayload & { readonly iss: string; readonly sub: string } = {
  iss: issuer,
  sub: 'alice',
  aud: 'app',
  iat: nowSeconds,
  exp: nowSeconds + 300,
  nonce: sent.nonce,
  name: 'Alice',
}

/** What is held of a session before it is refreshed. */
export const held: RefreshableTokenSet = {
  accessToken: 'SENTINEL-old-access-token',
  refreshToken: 'SENTINEL-old-refresh-token',
  tokenType: 'bearer',
  scope: 'openid profile',
  requestedAt: { epochMs: nowSeconds * 1000, monotonicMs: 1000 },
  claims: rightClaims as RefreshableTokenSet['claims'] & object,
}

/** What one exchange works with, and what the provider says in it. */
export function exchange(answers: Answers, options: AuthClientOptions = openId): TokenRequestContext {
  const settings = parseOptions(options)
  const { clock } = createFakePlatform()
  const fetch = async (url: string): Promise<Response> =>
    answers[url.slice(url.lastIndexOf('/') + 1)]?.() ?? new Response('not found', { status: 404 })
  const metadata: Metadata = settings.endpoints
    ? metadataFromEndpoints(settings)
    : parseMetadata(
        { ...providerMetadata(issuer, ['ES256']), pushed_authorization_request_endpoint: `${issuer}/par` },
        settings,
      )
  return {
    settings,
    metadata,
    http: createHttp({ fetch, clock }, 10_000),
    clock,
    signingKeys: {},
    clockSkewSeconds: 0,
  }
}

/** An answer of an endpoint. */
export function answer(body: string, status = 200, headers: Record<string, string> = {}): Response {
  const isEmpty = [101, 204, 205, 304].includes(status)
  return new Response(isEmpty ? null : body, {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  })
}
