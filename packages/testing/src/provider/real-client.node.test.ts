// Loaded with the tests, so that it is there when it is first needed and no test waits for a file.
import '../../../core/src/engine-in-page.ts'
import { type AuthClient, createAuthClient, type Platform } from '@latchkey/core'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createFakePlatform, type FakePlatform } from '../../../core/test/fake-platform.ts'
import { createFakeProvider, type FakeProvider, type FakeProviderOptions } from './index.ts'

interface Scene {
  readonly auth: AuthClient
  readonly platform: FakePlatform
  readonly provider: FakeProvider
}

const alice = { sub: 'alice', name: 'Alice' }

/** A page of an app with the real client, before anybody has signed in. */
function open(provider: FakeProvider, platform: FakePlatform): Scene {
  const auth = createAuthClient({
    issuer: provider.issuer,
    clientId: 'app',
    redirectUri: '/callback',
    apis: ['https://api.example'],
    platform,
  })
  return { auth, platform, provider }
}

/** Leaves for the provider, and comes back to another page of the same tab, signed in. */
async function signIn(provider: FakeProvider, ports: Pick<Platform, 'fetch' | 'send'>): Promise<Scene> {
  const left = open(provider, createFakePlatform(ports))
  await left.auth.login()
  const href = await provider.visit(left.platform.visited[0] ?? '')
  const back = open(provider, createFakePlatform({ ...ports, href, stored: left.platform.stored }))
  await back.auth.handleCallback()
  return back
}

/** A provider that goes by the time of the fake platform, which stands still. */
const createProvider = (options: FakeProviderOptions = {}): FakeProvider =>
  createFakeProvider({ now: () => 1_800_000_000_000, users: [alice], ...options })

describe('the real client at a fake provider', () => {
  const ports = (provider: FakeProvider): Pick<Platform, 'fetch' | 'send'> => ({
    fetch: provider.fetch,
    send: provider.fetch,
  })

  it.each(['ES256', 'RS256'] as const)('signs in, with %s', async (signingAlgorithm) => {
    const provider = createProvider({ signingAlgorithm })
    const { auth } = await signIn(provider, ports(provider))
    expect(auth.getState()).toMatchObject({ status: 'authenticated', user: alice })
    expect(provider.introspect(await auth.getAccessToken())).toMatchObject({ sub: 'alice' })
  })

  it('refreshes, without a reuse, and ends with the session at the provider', async () => {
    const provider = createProvider()
    const { auth } = await signIn(provider, ports(provider))
    const first = await auth.getAccessToken()
    await expect(auth.getAccessToken({ forceRefresh: true })).resolves.not.toBe(first)
    await auth.getAccessToken({ forceRefresh: true })
    expect(provider.reuses()).toBe(0)
    provider.revokeAll()
    await expect(auth.getAccessToken({ forceRefresh: true })).rejects.toMatchObject({ code: 'session_ended' })
  })

  it('gets a token for each API that was granted, and is told which was not (RFC 8707)', async () => {
    const provider = createProvider()
    const left = open(provider, createFakePlatform(ports(provider)))
    await left.auth.login({ resource: 'https://orders.example', scope: 'openid read' })
    const href = await provider.visit(left.platform.visited[0] ?? '')
    const back = open(
      provider,
      createFakePlatform({ ...ports(provider), href, stored: left.platform.stored }),
    )
    await back.auth.handleCallback()
    const { auth } = back
    const token = await auth.getAccessToken({ resource: 'https://orders.example', scope: 'read' })
    expect(provider.introspect(token)).toMatchObject({ aud: 'https://orders.example', scope: 'read' })
    expect(provider.introspect(await auth.getAccessToken())).not.toHaveProperty('aud')
    for (const request of [{ resource: 'urn:other' }, { scope: 'openid write' }]) {
      await expect(auth.getAccessToken(request)).rejects.toMatchObject({ code: 'consent_required' })
    }
    expect(provider.reuses()).toBe(0)
    expect(auth.getState().status).toBe('authenticated')
  })

  it('keeps the session through whatever goes wrong for a while', async () => {
    const provider = createProvider()
    const { auth, platform } = await signIn(provider, ports(provider))
    for (const fault of ['network', { status: 503 }, { status: 429, retryAfterSeconds: 1 }] as const) {
      provider.failNext('token', fault)
      await expect(auth.getAccessToken({ forceRefresh: true })).rejects.toMatchObject({
        name: 'NetworkError',
      })
      await platform.advance(60_000)
    }
    await expect(auth.getAccessToken({ forceRefresh: true })).resolves.toMatch(/^fake-access-token/)
  })

  it('refuses an ID token that belongs to another sign-in', async () => {
    const provider = createProvider()
    const left = open(provider, createFakePlatform(ports(provider)))
    await left.auth.login()
    const href = await provider.visit(left.platform.visited[0] ?? '')
    provider.idTokenClaims = { nonce: 'of another sign-in' }
    const back = open(
      provider,
      createFakePlatform({ ...ports(provider), href, stored: left.platform.stored }),
    )
    await expect(back.auth.handleCallback()).rejects.toMatchObject({ code: 'invalid_id_token' })
  })

  it('signs in where only pushed requests are taken (RFC 9126 §5)', async () => {
    const provider = createProvider()
    provider.metadata.require_pushed_authorization_requests = true
    const { auth } = await signIn(provider, ports(provider))
    expect(auth.getState()).toMatchObject({ status: 'authenticated', user: alice })
  })

  it('signs in after the keys were rotated', async () => {
    const provider = createProvider()
    await signIn(provider, ports(provider))
    provider.rotateKeys()
    const { auth } = await signIn(provider, ports(provider))
    expect(auth.getState().status).toBe('authenticated')
  })

  it('signs out, with a token that is revoked and a session that is over', async () => {
    const provider = createProvider()
    const { auth, platform } = await signIn(provider, ports(provider))
    const token = await auth.getAccessToken()
    await expect(auth.logout()).resolves.toMatchObject({ provider: 'redirected', isRevoked: true })
    expect(provider.introspect(token)).toBeUndefined()
    await expect(provider.visit(platform.visited.at(-1) ?? '')).resolves.toBe('https://app.example/')
  })
})

describe('the real client behind MSW', () => {
  const provider = createProvider({ issuer: 'https://id.msw.example' })
  const server = setupServer(
    http.all('https://id.msw.example/*', ({ request }) => provider.handle(request)),
    http.get('https://api.example/orders', ({ request }) => {
      const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? ''
      const who = provider.introspect(token)
      return who ? HttpResponse.json([{ id: 1, of: who.sub }]) : new HttpResponse(null, { status: 401 })
    }),
  )
  beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
  afterEach(() => server.resetHandlers())
  afterAll(() => server.close())

  const intercepted: Pick<Platform, 'fetch' | 'send'> = {
    fetch: (url, init) => fetch(url, init),
    send: (request) => fetch(request),
  }

  it('signs in, and calls an API that knows whose token it got', async () => {
    const { auth } = await signIn(provider, intercepted)
    const response = await auth.fetch('https://api.example/orders')
    await expect(response.json()).resolves.toEqual([{ id: 1, of: 'alice' }])
  })

  it('finds no network where a fault says so', async () => {
    const { auth } = await signIn(provider, intercepted)
    provider.failNext('token', 'network')
    await expect(auth.getAccessToken({ forceRefresh: true })).rejects.toMatchObject({
      code: 'network_failed',
    })
  })
})
