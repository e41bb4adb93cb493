import { describe, expect, it } from 'vitest'
import { base64url, sha256 } from './base64url.ts'
import { createFakeProvider, type FakeProvider, type FakeProviderOptions } from './index.ts'

const redirectUri = 'https://app.example/callback'
const alice = { sub: 'alice', name: 'Alice', email: 'alice@example.com' }
const bob = { sub: 'bob', name: 'Bob' }
const verifier = 'a-verifier-that-is-long-enough-for-the-specification'

/** Goes through the authorization endpoint. @returns what the app gets back */
async function authorize(
  provider: FakeProvider,
  more: Record<string, string | undefined> = {},
): Promise<URLSearchParams> {
  const url = new URL(String(provider.metadata.authorization_endpoint))
  const asked = {
    client_id: 'app',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid profile',
    state: 'a-state',
    nonce: 'a-nonce',
    code_challenge: await sha256(verifier),
    code_challenge_method: 'S256',
    ...more,
  }
  for (const [name, value] of Object.entries(asked)) if (value) url.searchParams.set(name, value)
  return new URL(await provider.visit(url)).searchParams
}

async function post(
  provider: FakeProvider,
  endpoint: string,
  form: Record<string, string>,
): Promise<{ status: number; body: Record<string, string> }> {
  const response = await provider.fetch(String(provider.metadata[endpoint]), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ client_id: 'app', ...form }).toString(),
  })
  const text = await response.text()
  return { status: response.status, body: text ? JSON.parse(text) : {} }
}

const redeem = (provider: FakeProvider, code: string | null, more: Record<string, string> = {}) =>
  post(provider, 'token_endpoint', {
    grant_type: 'authorization_code',
    code: code ?? '',
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...more,
  })

const refresh = (provider: FakeProvider, token: string | undefined) =>
  post(provider, 'token_endpoint', { grant_type: 'refresh_token', refresh_token: token ?? '' })

async function signIn(provider: FakeProvider): Promise<Record<string, string>> {
  const { body } = await redeem(provider, (await authorize(provider)).get('code'))
  return body
}

function claimsOf(jwt: string | undefined): Record<string, unknown> {
  const payload = jwt?.split('.')[1] ?? ''
  return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
}

/** Whether one of the published keys signed it. */
async function isGenuine(provider: FakeProvider, jwt: string | undefined): Promise<boolean> {
  const [header = '', payload, signature = ''] = (jwt ?? '').split('.')
  const { kid, alg } = JSON.parse(atob(header.replaceAll('-', '+').replaceAll('_', '/')))
  const response = await provider.fetch(String(provider.metadata.jwks_uri))
  const { keys }: { keys: (JsonWebKey & { kid: string })[] } = await response.json()
  const jwk = keys.find((key) => key.kid === kid)
  if (!jwk) return false
  const algorithm =
    alg === 'ES256'
      ? { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
      : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify'])
  const bytes = Uint8Array.from(atob(signature.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
    char.charCodeAt(0),
  )
  return crypto.subtle.verify(algorithm, key, bytes, new TextEncoder().encode(`${header}.${payload}`))
}

/** A provider whose clock stands still until it is moved. */
function at(options: FakeProviderOptions = {}): FakeProvider {
  return createFakeProvider({ now: () => 1_800_000_000_000, users: [alice, bob], ...options })
}

describe('a fake provider', () => {
  it.each(['https://id.example.com', 'https://id.example.com/realms/test'])(
    'is discovered at %s (OpenID Connect Discovery 1.0 §4)',
    async (issuer) => {
      const provider = at({ issuer })
      const response = await provider.fetch(`${issuer}/.well-known/openid-configuration`)
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      await expect(response.json()).resolves.toMatchObject({
        issuer,
        token_endpoint: `${issuer}/token`,
        code_challenge_methods_supported: ['S256'],
      })
    },
  )

  it('is found where RFC 8414 §3.1 puts the metadata of an issuer with a path', async () => {
    const provider = at({ issuer: 'https://id.example.com/realms/test' })
    const url = 'https://id.example.com/.well-known/oauth-authorization-server/realms/test'
    expect((await provider.fetch(url)).status).toBe(200)
  })

  it.each(['ES256', 'RS256'] as const)('signs ID tokens with %s, and publishes the key', async (alg) => {
    const provider = at({ signingAlgorithm: alg })
    const tokens = await signIn(provider)
    expect(claimsOf(tokens.id_token)).toMatchObject({
      iss: provider.issuer,
      sub: 'alice',
      name: 'Alice',
      aud: 'app',
      nonce: 'a-nonce',
      iat: 1_800_000_000,
      exp: 1_800_000_300,
      auth_time: 1_800_000_000,
      at_hash: await sha256(tokens.access_token ?? '', 'left half'),
    })
    await expect(isGenuine(provider, tokens.id_token)).resolves.toBe(true)
    const [header, , signature] = (tokens.id_token ?? '').split('.')
    const forged = `${header}.${base64url(JSON.stringify({ sub: 'mallory' }))}.${signature}`
    await expect(isGenuine(provider, forged)).resolves.toBe(false)
  })

  it('signs with another key once they are rotated, and keeps the old one where it is asked to', async () => {
    const provider = at()
    const before = (await signIn(provider)).id_token
    provider.rotateKeys({ keepOld: true })
    await expect(isGenuine(provider, before)).resolves.toBe(true)
    provider.rotateKeys()
    await expect(isGenuine(provider, before)).resolves.toBe(false)
    await expect(isGenuine(provider, (await signIn(provider)).id_token)).resolves.toBe(true)
  })

  it('says in ID tokens what a test wants, and leaves out what it does not', async () => {
    const provider = at()
    provider.idTokenClaims = { iss: 'https://other.example', nonce: undefined }
    const claims = claimsOf((await signIn(provider)).id_token)
    expect(claims.iss).toBe('https://other.example')
    expect(claims).not.toHaveProperty('nonce')
  })
})

describe('the authorization endpoint', () => {
  it('sends the browser back with a code, the state and the issuer (RFC 9207)', async () => {
    const provider = at()
    const answer = await authorize(provider)
    expect(Object.fromEntries(answer)).toEqual({
      code: expect.stringMatching(/^fake-code-/),
      state: 'a-state',
      iss: provider.issuer,
    })
  })

  it.each<[string, Record<string, string | undefined>, string]>([
    ['no PKCE', { code_challenge: undefined }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no page to be shown, before anybody is signed in', { prompt: 'none' }, 'login_required'],
  ])('refuses a request with %s', async (_, more, error) => {
    const answer = await authorize(at(), more)
    expect([answer.get('error'), answer.get('code'), answer.get('state')]).toEqual([error, null, 'a-state'])
  })

  it('knows whoever is signed in, until they sign out', async () => {
    const provider = at()
    await authorize(provider)
    expect((await authorize(provider, { prompt: 'none' })).get('code')).toBeTruthy()
    provider.signOut()
    expect((await authorize(provider, { prompt: 'none' })).get('error')).toBe('login_required')
  })

  it.each<[string, (provider: FakeProvider) => void, Record<string, string>]>([
    ['the test has chosen', (provider) => provider.signIn(bob), {}],
    ['the app hints at', () => undefined, { login_hint: 'bob' }],
  ])('signs in whoever %s', async (_, choose, hint) => {
    const provider = at()
    choose(provider)
    const { body } = await redeem(provider, (await authorize(provider, hint)).get('code'))
    expect(claimsOf(body.id_token).sub).toBe('bob')
  })

  it('authenticates anew, and as asked, where that is asked', async () => {
    const provider = at()
    await signIn(provider)
    provider.advance(60_000)
    const stale = await redeem(provider, (await authorize(provider)).get('code'))
    expect(claimsOf(stale.body.id_token).auth_time).toBe(1_800_000_000)
    for (const asked of [{ prompt: 'login' }, { max_age: '30' }]) {
      provider.advance(60_000)
      const answer = await authorize(provider, { ...asked, acr_values: 'urn:two urn:one' })
      const claims = claimsOf((await redeem(provider, answer.get('code'))).body.id_token)
      expect(claims).toMatchObject({ auth_time: claims.iat, acr: 'urn:two' })
    }
  })

  it.each([
    ['a client', { client_id: 'unknown' }],
    ['an address', { redirect_uri: 'https://evil.example/callback' }],
  ])('shows a page, and sends nobody to %s that is not registered', async (_, more) => {
    const provider = at({ clients: [{ clientId: 'app', redirectUris: [redirectUri] }] })
    await expect(authorize(provider)).resolves.toBeDefined()
    await expect(authorize(provider, more)).rejects.toThrow('shows a page')
  })
})

describe('the token endpoint', () => {
  it('takes a code once, and back what came of it the second time (RFC 6749 §4.1.2)', async () => {
    const provider = at()
    const code = (await authorize(provider)).get('code')
    const { body } = await redeem(provider, code)
    expect(provider.introspect(body.access_token ?? '')).toMatchObject({ sub: 'alice', clientId: 'app' })
    await expect(redeem(provider, code)).resolves.toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect(provider.introspect(body.access_token ?? '')).toBeUndefined()
    await expect(refresh(provider, body.refresh_token)).resolves.toMatchObject({ status: 400 })
  })

  it.each<[string, Record<string, string>]>([
    ['another verifier (RFC 7636 §4.6)', { code_verifier: 'another' }],
    ['another address', { redirect_uri: 'https://app.example/other' }],
    ['another client', { client_id: 'another' }],
  ])('takes no code with %s', async (_, more) => {
    const provider = at()
    const code = (await authorize(provider)).get('code')
    await expect(redeem(provider, code, more)).resolves.toMatchObject({ body: { error: 'invalid_grant' } })
  })

  it('takes no code that is a minute old', async () => {
    const provider = at()
    const code = (await authorize(provider)).get('code')
    provider.advance(60_000)
    await expect(redeem(provider, code)).resolves.toMatchObject({ body: { error: 'invalid_grant' } })
  })

  it('rotates refresh tokens, and ends everything where one comes twice (RFC 9700 §4.14.2)', async () => {
    const provider = at()
    const first = await signIn(provider)
    const { body: second } = await refresh(provider, first.refresh_token)
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(provider.reuses()).toBe(0)
    await expect(refresh(provider, first.refresh_token)).resolves.toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect(provider.reuses()).toBe(1)
    await expect(refresh(provider, second.refresh_token)).resolves.toMatchObject({ status: 400 })
  })

  it('may hand out one refresh token that lasts, or none', async () => {
    const lasting = at({ refreshTokens: 'lasting' })
    const { refresh_token } = await signIn(lasting)
    const { status, body } = await refresh(lasting, refresh_token)
    expect([status, body.refresh_token]).toEqual([200, undefined])
    expect((await refresh(lasting, refresh_token)).status).toBe(200)
    expect(await signIn(at({ refreshTokens: 'none' }))).not.toHaveProperty('refresh_token')
  })

  it('gives no ID token where the scope has no "openid"', async () => {
    const provider = at()
    const { body } = await redeem(provider, (await authorize(provider, { scope: 'orders' })).get('code'))
    expect([body.id_token, body.scope]).toEqual([undefined, 'orders'])
  })

  it('refuses every refresh once everything was taken back', async () => {
    const provider = at()
    const { refresh_token } = await signIn(provider)
    provider.revokeAll()
    await expect(refresh(provider, refresh_token)).resolves.toMatchObject({
      body: { error: 'invalid_grant' },
    })
  })
})

describe('what comes after', () => {
  const userInfo = (provider: FakeProvider, token: string | undefined) =>
    provider.fetch(`${provider.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } })

  it('tells who somebody is until the access token expires (RFC 6750 §3)', async () => {
    const provider = at()
    const { access_token } = await signIn(provider)
    await expect((await userInfo(provider, access_token)).json()).resolves.toEqual(alice)
    provider.advance(300_000)
    const refused = await userInfo(provider, access_token)
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer error="invalid_token"',
    ])
  })

  it('takes back the tokens that are revoked (RFC 7009)', async () => {
    const provider = at()
    const { access_token, refresh_token } = await signIn(provider)
    expect((await post(provider, 'revocation_endpoint', { token: refresh_token ?? '' })).status).toBe(200)
    expect(provider.introspect(access_token ?? '')).toBeUndefined()
    expect((await post(provider, 'revocation_endpoint', { token: 'unknown' })).status).toBe(200)
  })

  it('ends its own session, and goes back only where that is registered', async () => {
    const provider = at({
      clients: [{ clientId: 'app', postLogoutRedirectUris: ['https://app.example/bye'] }],
    })
    const { refresh_token } = await signIn(provider)
    const url = `${provider.issuer}/logout?client_id=app&state=7&post_logout_redirect_uri=`
    await expect(provider.visit(`${url}https://app.example/bye`)).resolves.toBe(
      'https://app.example/bye?state=7',
    )
    expect((await authorize(provider, { prompt: 'none' })).get('error')).toBe('login_required')
    expect((await refresh(provider, refresh_token)).status).toBe(400)
    await expect(provider.visit(`${url}https://evil.example/`)).rejects.toThrow('You are signed out.')
  })

  it('remembers what it was asked', async () => {
    const provider = at()
    await signIn(provider)
    expect(provider.requests.map(({ endpoint, method }) => [endpoint, method])).toEqual([
      ['authorization', 'GET'],
      ['token', 'POST'],
    ])
    expect(provider.requests[1]?.parameters.get('grant_type')).toBe('authorization_code')
  })

  it('answers a preflight, and nothing that it does not know', async () => {
    const provider = at()
    const preflight = await provider.fetch(`${provider.issuer}/token`, { method: 'OPTIONS' })
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*'])
    expect((await provider.fetch(`${provider.issuer}/elsewhere`)).status).toBe(404)
  })
})

describe('what goes wrong', () => {
  it('is a rejected fetch, and a handler’s Response.error(), where nobody answers', async () => {
    const provider = at()
    const url = String(provider.metadata.jwks_uri)
    provider.failNext('jwks', 'network')
    await expect(provider.fetch(url)).rejects.toEqual(new TypeError('Failed to fetch'))
    provider.failNext('jwks', 'network')
    expect((await provider.handle(new Request(url))).type).toBe('error')
    expect((await provider.fetch(url)).status).toBe(200)
  })

  it('happens once for each time it was asked for, in order', async () => {
    const provider = at()
    const { refresh_token } = await signIn(provider)
    provider.failNext('token', { status: 503, retryAfterSeconds: 7 })
    provider.failNext('token', { error: 'invalid_grant', description: 'It is over.' })
    const response = await provider.fetch(`${provider.issuer}/token`, { method: 'POST', body: '' })
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7'])
    await expect(refresh(provider, refresh_token)).resolves.toEqual({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'It is over.' },
    })
    expect((await refresh(provider, refresh_token)).status).toBe(200)
  })

  it('is told by a redirect, where the browser is at the authorization endpoint (RFC 6749 §4.1.2.1)', async () => {
    const provider = at()
    provider.failNext('authorization', { error: 'access_denied', description: 'No.' })
    expect(Object.fromEntries(await authorize(provider))).toEqual({
      error: 'access_denied',
      error_description: 'No.',
      state: 'a-state',
      iss: provider.issuer,
    })
  })

  it('may be that the provider takes its time', async () => {
    const provider = at()
    const { arrived, release } = provider.holdNext('jwks')
    const asked = provider.fetch(String(provider.metadata.jwks_uri))
    await arrived
    release()
    expect((await asked).status).toBe(200)
  })

  it('may be that the app stops waiting', async () => {
    const provider = at()
    const { arrived } = provider.holdNext('jwks')
    const controller = new AbortController()
    const asked = provider.fetch(String(provider.metadata.jwks_uri), { signal: controller.signal })
    await arrived
    controller.abort(new Error('unmounted'))
    await expect(asked).rejects.toThrow('unmounted')
  })

  it('is not asked by whoever stopped before', async () => {
    const provider = createFakeProvider()
    const signal = AbortSignal.abort(new Error('unmounted'))
    await expect(provider.fetch(String(provider.metadata.jwks_uri), { signal })).rejects.toThrow('unmounted')
    expect(provider.requests).toEqual([])
  })
})

describe('a fake provider to which requests are pushed (RFC 9126)', () => {
  const request = {
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    state: 'a-state',
    code_challenge_method: 'S256',
  }

  async function push(provider: FakeProvider, more: Record<string, string> = {}) {
    const code_challenge = await sha256(verifier)
    return post(provider, 'pushed_authorization_request_endpoint', { ...request, code_challenge, ...more })
  }

  /** Comes with the name of a request, and with nothing else. */
  function come(provider: FakeProvider, request_uri = '', client_id = 'app'): Promise<string> {
    const query = new URLSearchParams({ client_id, request_uri })
    return provider.visit(`${provider.metadata.authorization_endpoint}?${query}`)
  }

  it('gives a code for what was pushed, once', async () => {
    const provider = createFakeProvider()
    const { status, body } = await push(provider)
    expect([status, body.expires_in]).toEqual([201, 60])
    const answer = new URL(await come(provider, body.request_uri)).searchParams
    expect(answer.get('state')).toBe('a-state')
    expect((await redeem(provider, answer.get('code'))).status).toBe(200)
    await expect(come(provider, body.request_uri)).rejects.toThrow(/was used before/)
  })

  it.each<[string, (provider: FakeProvider, requestUri: string | undefined) => Promise<string>]>([
    ['a name it does not know', (provider) => come(provider, 'urn:example:1')],
    ['the name of another client’s request', (provider, name) => come(provider, name, 'other')],
    [
      'a name that has expired',
      (provider, name) => {
        provider.advance(60_000)
        return come(provider, name)
      },
    ],
  ])('shows a page to who comes with %s', async (_, comeWith) => {
    const provider = createFakeProvider()
    const { body } = await push(provider)
    await expect(comeWith(provider, body.request_uri)).rejects.toThrow(/shows a page/)
  })

  it('takes no other request where its metadata says so (§5)', async () => {
    const provider = createFakeProvider()
    provider.metadata.require_pushed_authorization_requests = true
    await expect(authorize(provider)).rejects.toThrow(/Only requests that were pushed/)
    const { body } = await push(provider)
    await expect(come(provider, body.request_uri)).resolves.toContain('code=')
  })

  it('refuses what is no request of a client that it knows', async () => {
    const clients = [{ clientId: 'app', redirectUris: [redirectUri] }]
    const provider = createFakeProvider({ clients })
    expect(await push(provider, { client_id: 'other' })).toMatchObject({ status: 401 })
    expect(await push(provider, { request_uri: 'urn:example:1' })).toMatchObject({ status: 400 })
    expect(await push(provider, { redirect_uri: 'https://evil.example/' })).toMatchObject({ status: 400 })
  })
})
