import { decodeJwt } from 'jose'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { describe, expect, it } from 'vitest'
import { resolveLifetimes } from './lifetimes.ts'
import { createMemory } from './memory-adapter.ts'
import { createPeople } from './people.ts'
import { buildProviderConfiguration } from './provider-configuration.ts'
import type { TokenResponse } from './testing/app.ts'
import { alice, appOrigin, createApp, signIn } from './testing/app.ts'
import { createBrowser } from './testing/browser.ts'
import { useSharedIdp } from './testing/shared-idp.ts'

const idp = useSharedIdp({ accessTokenSeconds: 7, idTokenSeconds: 60, refreshTokenSeconds: 600 })

async function errorOf(response: Response): Promise<string> {
  return ((await response.json()) as { error: string }).error
}

describe('discovery', () => {
  it('advertises what a browser app needs', async () => {
    const response = await fetch(`${idp.current.issuer}/.well-known/openid-configuration`, {
      headers: { origin: appOrigin },
    })

    expect(response.headers.get('access-control-allow-origin')).toBe(appOrigin)
    expect(await response.json()).toMatchObject({
      issuer: idp.current.issuer,
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
      response_types_supported: ['code'],
      userinfo_endpoint: `${idp.current.issuer}/userinfo`,
      end_session_endpoint: `${idp.current.issuer}/session/end`,
      revocation_endpoint: `${idp.current.issuer}/token/revocation`,
      check_session_iframe: `${idp.current.issuer}/session/check`,
      frontchannel_logout_supported: true,
      frontchannel_logout_session_supported: true,
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    })
  })

  it('publishes two named keys and nothing private', async () => {
    const { keys } = (await (await fetch(`${idp.current.issuer}/jwks`)).json()) as {
      keys: readonly Record<string, unknown>[]
    }

    expect(keys.map(({ alg }) => alg)).toEqual(['RS256', 'ES256'])
    for (const key of keys) {
      expect(key.kid).toMatch(/^[\w-]{43}$/)
      expect(key).not.toHaveProperty('d')
    }
  })
})

describe('the authorization endpoint', () => {
  it('refuses a request without PKCE', async () => {
    const url = createApp(idp.current).authorizationUrl({
      code_challenge: undefined,
      code_challenge_method: undefined,
    })

    const answer = await createBrowser({ appOrigin }).open(url)
    expect(answer.url.origin).toBe(appOrigin)
    expect(answer.url.searchParams.get('error')).toBe('invalid_request')
    expect(answer.url.searchParams.get('error_description')).toContain('PKCE')
  })

  it('refuses a resource that it does not know', async () => {
    const url = createApp(idp.current).authorizationUrl({ resource: 'https://elsewhere.example' })

    const answer = await createBrowser({ appOrigin }).open(url)
    expect(answer.url.searchParams.get('error')).toBe('invalid_target')
    const { apiUrl, stockUrl, paymentsUrl } = idp.current
    expect(answer.url.searchParams.get('error_description')).toBe(
      `unknown resource; this provider knows ${apiUrl}, ${stockUrl}, ${paymentsUrl}`,
    )
  })

  it('shows a page of its own for an address that is not registered', async () => {
    const url = createApp(idp.current).authorizationUrl({
      redirect_uri: 'https://elsewhere.example/callback',
    })

    const page = await createBrowser({ appOrigin }).open(url)
    expect(page.status).toBe(400)
    expect(page.text).toContain('This request cannot be answered')
    expect(page.text).toContain('<code>invalid_redirect_uri</code>')
  })
})

describe('the token endpoint', () => {
  it('refuses a wrong verifier', async () => {
    const app = createApp(idp.current)
    const browser = createBrowser({ appOrigin })
    const loginPage = await browser.open(app.authorizationUrl())
    const callback = await browser.press(loginPage, 'Sign in', alice)

    const response = await app.requestToken({
      grant_type: 'authorization_code',
      code: callback.url.searchParams.get('code') ?? '',
      redirect_uri: `${appOrigin}/callback`,
      code_verifier: 'x'.repeat(43),
    })
    expect(await errorOf(response)).toBe('invalid_grant')
  })

  it('gives the lifetimes that were chosen', async () => {
    const { tokens } = await signIn(idp.current)

    const accessToken = decodeJwt(tokens.access_token)
    const idToken = decodeJwt(tokens.id_token)
    expect(tokens.expires_in).toBe(7)
    expect(Number(accessToken.exp) - Number(accessToken.iat)).toBe(7)
    expect(Number(idToken.exp) - Number(idToken.iat)).toBe(60)
  })

  it('rotates the refresh token, and gives a token for the same API', async () => {
    const { app, tokens } = await signIn(idp.current)

    const response = await app.refresh(tokens.refresh_token)
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe(appOrigin)

    const fresh = (await response.json()) as TokenResponse
    expect(fresh.refresh_token).not.toBe(tokens.refresh_token)
    expect(fresh.access_token).not.toBe(tokens.access_token)
    expect(decodeJwt(fresh.access_token).aud).toBe(idp.current.apiUrl)
    expect(fresh.scope).toBe('openid profile email')
    expect(decodeJwt(fresh.id_token)).toMatchObject({ name: 'Alice Liddell', nonce: 'nonce-of-the-app' })
  })

  it('ends the grant when a refresh token is used twice (RFC 9700 section 4.14.2)', async () => {
    const { app, tokens } = await signIn(idp.current)
    const fresh = (await (await app.refresh(tokens.refresh_token)).json()) as TokenResponse

    expect(await errorOf(await app.refresh(tokens.refresh_token))).toBe('invalid_grant')
    expect(await errorOf(await app.refresh(fresh.refresh_token))).toBe('invalid_grant')
  })

  it('ends the grant when a refresh token is revoked (RFC 7009)', async () => {
    const { app, tokens } = await signIn(idp.current)

    const response = await fetch(`${idp.current.issuer}/token/revocation`, {
      method: 'POST',
      headers: { origin: appOrigin },
      body: new URLSearchParams({ client_id: app.clientId, token: tokens.refresh_token }),
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe(appOrigin)
    expect(await errorOf(await app.refresh(tokens.refresh_token))).toBe('invalid_grant')
  })

  it('keeps other origins out', async () => {
    const { app, tokens } = await signIn(idp.current)

    const response = await app.requestToken(
      { grant_type: 'refresh_token', refresh_token: tokens.refresh_token },
      { origin: 'http://localhost:6000' },
    )
    expect(response.status).toBe(400)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })
})

it('gives a rotated refresh token no more time than the one it replaces had', () => {
  const { ttl } = buildProviderConfiguration({
    issuer: 'http://localhost:2',
    port: 0,
    apiUrl: 'http://localhost:1',
    apis: new Map(),
    people: createPeople(),
    appOrigins: [appOrigin],
    redirectPaths: [],
    dialect: undefined,
    lifetimes: resolveLifetimes({ refreshTokenSeconds: 600 }),
    adapter: createMemory().adapter,
    signingKeys: [],
  })
  const lifetimeAfter = (entities: object): unknown => {
    if (typeof ttl?.RefreshToken !== 'function') throw new Error('The lifetime must depend on the request.')
    const ctx = { oidc: { entities } } as KoaContextWithOIDC
    return ttl.RefreshToken(ctx, undefined as never, undefined as never)
  }

  expect(lifetimeAfter({})).toBe(600)
  expect(lifetimeAfter({ RotatedRefreshToken: { remainingTTL: 42 } })).toBe(42)
  // It may run out between two looks at the clock, and oidc-provider takes no 0.
  expect(lifetimeAfter({ RotatedRefreshToken: { remainingTTL: 0 } })).toBe(1)
})
