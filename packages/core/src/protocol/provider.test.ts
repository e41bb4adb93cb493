import { describe, expect, it } from 'vitest'
import { createFakeProvider } from '../../test/fake-provider.ts'
import { createProtocolScene, plainOAuth } from '../../test/protocol-scene.ts'
import { page } from '../../test/responses.ts'
import { until } from '../../test/until.ts'

describe('createProvider', () => {
  it('does nothing until it is asked', async () => {
    const { provider, platform } = await createProtocolScene()
    expect(provider.seen).toEqual([])
    expect(platform.stored.size).toBe(0)
    expect(platform.timerCount()).toBe(0)
  })

  it('signs in with three requests, and leaves no timer behind', async () => {
    const { provider, platform, signIn } = await createProtocolScene()
    await signIn()
    expect(provider.seen.map(({ path, init }) => `${init.method} ${path}`).sort()).toEqual([
      'GET /.well-known/openid-configuration',
      'GET /jwks',
      'POST /token',
    ])
    expect(platform.timerCount()).toBe(0)
  })

  it('works with a provider on this machine, which has no TLS', async () => {
    const provider = await createFakeProvider('http://localhost:8080')
    const options = { issuer: provider.issuer, clientId: 'app', redirectUri: 'https://app.example/callback' }
    const { client, signIn } = await createProtocolScene({ provider, options })
    const tokens = await client.refresh(await signIn())
    await expect(client.userInfo(tokens)).resolves.toMatchObject({ claims: { sub: 'alice' } })
    const other = await createProtocolScene({ provider, options })
    await expect(
      other.client.refresh({ ...tokens, refreshToken: tokens.refreshToken ?? '' }),
    ).resolves.toMatchObject({ claims: { sub: 'alice' } })
    await expect(client.revoke(tokens)).resolves.toBe(true)
  })

  it('keeps no secret in storage', async () => {
    const { provider, platform, client, signIn } = await createProtocolScene()
    await client.refresh(await signIn())
    const stored = [...platform.stored.values()].join()
    expect(stored).toContain('https://id.example')
    for (const secret of provider.secrets) expect(stored).not.toContain(secret)
  })

  it('tells where the provider’s session is ended', async () => {
    const { client, provider } = await createProtocolScene()
    const request = { idToken: 'a.b.c', postLogoutRedirectUri: 'https://app.example/' }
    const url = new URL((await client.endSessionUrl(request)) ?? '')
    expect(url.origin + url.pathname).toBe('https://id.example/logout')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'app',
      id_token_hint: 'a.b.c',
      post_logout_redirect_uri: 'https://app.example/',
    })
    delete provider.metadata.end_session_endpoint
    const { client: other } = await createProtocolScene({ provider })
    expect(await other.endSessionUrl(request)).toBeUndefined()
  })
})

describe('asking that somebody makes an account (Initiating User Registration via OpenID Connect 1.0 §4)', () => {
  const asked = {
    redirectUri: 'https://app.example/callback',
    scope: 'openid',
    statePrefix: 'app.',
    extra: { prompt: 'create', login_hint: 'alice' },
  }

  it.each<[string, unknown, string | null]>([
    ['lists it', ['none', 'create'], 'create'],
    ['lists others', ['none', 'login'], null],
    ['lists nothing', undefined, null],
    ['says it in a text', 'create', null],
  ])('is done where the metadata %s: %j', async (_, prompts, prompt) => {
    const { client, provider } = await createProtocolScene()
    provider.metadata.prompt_values_supported = prompts
    const { url, isCreateLeftOut } = await client.authorize(asked)
    expect(new URL(url).searchParams.get('prompt')).toBe(prompt)
    expect(new URL(url).searchParams.get('login_hint')).toBe('alice')
    expect(isCreateLeftOut).toBe(prompt === null ? true : undefined)
  })

  it('is done where the endpoints are given by hand: nobody else could say so', async () => {
    const { client } = await createProtocolScene({ options: plainOAuth })
    const { url, isCreateLeftOut } = await client.authorize(asked)
    expect(new URL(url).searchParams.get('prompt')).toBe('create')
    expect(isCreateLeftOut).toBeUndefined()
  })

  it('leaves any other prompt as it is', async () => {
    const { client } = await createProtocolScene()
    const { url, isCreateLeftOut } = await client.authorize({ ...asked, extra: { prompt: 'login' } })
    expect(new URL(url).searchParams.get('prompt')).toBe('login')
    expect(isCreateLeftOut).toBeUndefined()
  })
})

describe('probe', () => {
  it.each([200, 404, 500])('is content with any answer: %i', async (status) => {
    const { client, provider } = await createProtocolScene()
    provider.onRequest = ({ path }) => (path === '/jwks' ? page(status) : undefined)
    await expect(client.probe()).resolves.toBeUndefined()
    expect(provider.seen.map(({ path, init }) => `${init.method} ${path}`)).toContain('GET /jwks')
  })

  it('is told where the provider cannot be reached', async () => {
    const { client, provider, failure } = await createProtocolScene()
    provider.onRequest = ({ path }) =>
      path === '/jwks' ? Promise.reject(new TypeError('Failed to fetch')) : undefined
    expect(await failure(client.probe())).toMatchObject({ code: 'network_failed' })
  })

  it('waits 3 seconds at most, or as long as requests may take where that is less', async () => {
    for (const [requestTimeoutSeconds, waitedMs] of [
      [10, 3000],
      [2, 2000],
    ] as const) {
      const { client, provider, platform, failure } = await createProtocolScene({
        options: {
          issuer: 'https://id.example',
          clientId: 'app',
          redirectUri: '/callback',
          requestTimeoutSeconds,
        },
      })
      provider.onRequest = ({ path }) => (path === '/jwks' ? new Promise(() => undefined) : undefined)
      let isSettled = false
      const failed = failure(client.probe()).finally(() => {
        isSettled = true
      })
      await until(() => provider.count('/jwks') === 1)
      await platform.advance(waitedMs - 1)
      expect(isSettled).toBe(false)
      await platform.advance(1)
      expect(await failed).toMatchObject({ code: 'timeout' })
    }
  })

  it('has nobody to ask where endpoints are given by hand without keys', async () => {
    const { client, provider } = await createProtocolScene({ options: plainOAuth })
    await expect(client.probe()).resolves.toBeUndefined()
    expect(provider.seen).toEqual([])
  })
})
