import { describe, expect, it } from 'vitest'
import { createFakePlatform, settle } from '../../test/fake-platform.ts'
import { createFakeProvider, type FakeProvider, json } from '../../test/fake-provider.ts'
import { createProtocolScene, plainOAuth } from '../../test/protocol-scene.ts'
import { endlessBody, opaqueRedirect, page, redirectedTo } from '../../test/responses.ts'
import type { AuthClientOptions } from '../options/client-options.ts'
import { parseOptions } from '../options/parse-options.ts'
import { createDiscovery } from './discovery.ts'
import { createHttp } from './http.ts'
import type { Metadata } from './metadata.ts'

const wellKnown = '/.well-known/openid-configuration'
const hourMs = 3_600_000

/** Asks for the metadata as a fresh page of the same tab would. */
async function discoverOn(
  provider: FakeProvider,
  page: { stored?: Map<string, string>; epochMs?: number; options?: AuthClientOptions } = {},
): Promise<{ discover: () => Promise<Metadata>; platform: ReturnType<typeof createFakePlatform> }> {
  const { options, ...platformOptions } = page
  const platform = createFakePlatform({ fetch: provider.fetch, ...platformOptions })
  const settings = parseOptions(
    options ?? { issuer: provider.issuer, clientId: 'app', redirectUri: '/callback' },
  )
  const http = createHttp(platform, settings.requestTimeoutMs)
  const cache = { store: platform.session, key: 'metadata' }
  return { discover: createDiscovery({ settings, http, clock: platform.clock, cache }), platform }
}

describe('the place of the document', () => {
  it.each([
    ['oidc', 'https://a', 'https://a/.well-known/openid-configuration'],
    ['oidc', 'https://a/', 'https://a/.well-known/openid-configuration'],
    ['oidc', 'https://a/t1', 'https://a/t1/.well-known/openid-configuration'],
    ['oidc', 'https://a/t1/', 'https://a/t1/.well-known/openid-configuration'],
    ['oauth2', 'https://a', 'https://a/.well-known/oauth-authorization-server'],
    ['oauth2', 'https://a/', 'https://a/.well-known/oauth-authorization-server'],
    ['oauth2', 'https://a/t1', 'https://a/.well-known/oauth-authorization-server/t1'],
    ['oauth2', 'https://a/t1/', 'https://a/.well-known/oauth-authorization-server/t1'],
  ] as const)('with %s for %s is %s (Discovery §4.1, RFC 8414 §3.1)', async (protocol, issuer, location) => {
    const asked: string[] = []
    const platform = createFakePlatform({
      async fetch(url) {
        asked.push(url)
        return json(404, {})
      },
    })
    const options: AuthClientOptions =
      protocol === 'oidc'
        ? { issuer, clientId: 'app', redirectUri: '/callback' }
        : { issuer, protocol, clientId: 'app', redirectUri: '/callback' }
    const discover = createDiscovery({
      settings: parseOptions(options),
      http: createHttp(platform, 10_000),
      clock: platform.clock,
      cache: { store: platform.session, key: 'metadata' },
    })
    await expect(discover()).rejects.toMatchObject({ code: 'invalid_metadata' })
    // A 404 on one form is not followed by a try of the other.
    expect(asked).toEqual([location])
  })

  it('is not asked where endpoints are given by hand', async () => {
    const { client, provider } = await createProtocolScene({ options: plainOAuth })
    const { url } = await client.authorize({
      redirectUri: 'https://app.example/callback',
      scope: '',
      statePrefix: '',
      extra: {},
    })
    expect(url).toMatch(/^https:\/\/id\.example\/auth\?/)
    expect(provider.seen).toEqual([])
  })
})

describe('the answer', () => {
  it.each<[string, () => Response, string]>([
    ['a web page with status 200', () => page(), 'invalid_metadata'],
    ['an array', () => json(200, []), 'invalid_metadata'],
    ['null', () => json(200, null), 'invalid_metadata'],
    ['JSON that breaks off', () => new Response('{"issuer":"https://id.ex'), 'invalid_metadata'],
    ['nothing', () => new Response(''), 'invalid_metadata'],
    ['a 404', () => page(404), 'invalid_metadata'],
    ['a 201', () => json(201, {}), 'invalid_metadata'],
    ['a 304', () => new Response(null, { status: 304 }), 'invalid_metadata'],
    ['a 500', () => page(500), 'server_unavailable'],
    ['a 429', () => json(429, {}), 'server_unavailable'],
    ['a redirect that was not followed', () => opaqueRedirect(), 'network_failed'],
  ])('%s is refused, and no navigation starts', async (_, answer, code) => {
    const { client, provider, failure } = await createProtocolScene()
    provider.onRequest = ({ path }) => (path === wellKnown ? answer() : undefined)
    const error = await failure(
      client.authorize({
        redirectUri: 'https://app.example/callback',
        scope: '',
        statePrefix: '',
        extra: {},
      }),
    )
    expect(error.code).toBe(code)
    expect(provider.seen).toHaveLength(1)
  })

  it('that is no document is described: where, which status, which type, what to do', async () => {
    const provider = await createFakeProvider()
    provider.onRequest = () => page()
    const { discover } = await discoverOn(provider)
    await expect(discover()).rejects.toThrow(
      /https:\/\/id\.example\/\.well-known\/openid-configuration answered 200 \(text\/html\).*"issuer".*"endpoints"/s,
    )
  })

  it.each([
    ['https://id.example/'],
    ['https://ID.example'],
    ['https://id.example:443'],
    ['https://id.exampleINVALID'],
    ['https://evil.example'],
    [undefined],
  ])('of issuer %s is refused, and nothing of it is kept (Discovery §4.3)', async (issuer) => {
    const provider = await createFakeProvider()
    provider.metadata.issuer = issuer
    const { discover, platform } = await discoverOn(provider)
    await expect(discover()).rejects.toMatchObject({ name: 'ProtocolError', code: 'issuer_mismatch' })
    expect(platform.stored.size).toBe(0)
  })

  it('may come by a redirect within the origin, to a trailing slash say', async () => {
    const provider = await createFakeProvider()
    provider.onRequest = ({ init }) => {
      expect(init.redirect).toBe('follow')
      return redirectedTo(`${provider.issuer}${wellKnown}/`, json(200, provider.metadata))
    }
    const { discover } = await discoverOn(provider)
    await expect(discover()).resolves.toMatchObject({ token_endpoint: 'https://id.example/token' })
  })

  it('may not come from another origin, however right its issuer is', async () => {
    const provider = await createFakeProvider()
    provider.onRequest = () => redirectedTo(`https://evil.example${wellKnown}`, json(200, provider.metadata))
    const { discover, platform } = await discoverOn(provider)
    await expect(discover()).rejects.toMatchObject({ name: 'NetworkError', code: 'network_failed' })
    expect(platform.stored.size).toBe(0)
  })

  it('that cannot be had points to option "issuer", and to what the server or the page may not allow', async () => {
    const provider = await createFakeProvider()
    provider.onRequest = () => Promise.reject(new TypeError('Failed to fetch'))
    const { discover } = await discoverOn(provider)
    await expect(discover()).rejects.toMatchObject({
      code: 'network_failed',
      message: expect.stringMatching(/option "issuer".*CORS.*connect-src/s),
    })
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['no S256 among its PKCE methods', { code_challenge_methods_supported: ['plain'] }, 'pkce_unsupported'],
    ['no token endpoint', { token_endpoint: undefined }, 'missing_endpoint'],
    ['a token endpoint in clear text', { token_endpoint: 'http://id.example/token' }, 'insecure_endpoint'],
    ['no keys', { jwks_uri: undefined }, 'missing_endpoint'],
  ])('with %s is refused before anybody is sent away', async (_, change, code) => {
    const provider = await createFakeProvider()
    Object.assign(provider.metadata, change)
    const { discover, platform } = await discoverOn(provider)
    await expect(discover()).rejects.toMatchObject({ name: 'ConfigurationError', code })
    expect(platform.stored.size).toBe(0)
  })

  it.each<[string, () => Response | Promise<Response>]>([
    ['never comes', () => new Promise(() => undefined)],
    ['never ends', () => endlessBody()],
  ])('that %s runs into the deadline', async (_, answer) => {
    const provider = await createFakeProvider()
    provider.onRequest = answer
    const { discover, platform } = await discoverOn(provider, {
      options: {
        issuer: provider.issuer,
        clientId: 'app',
        redirectUri: '/callback',
        requestTimeoutSeconds: 4,
      },
    })
    const outcome = discover().catch((error: unknown) => error)
    let isSettled = false
    outcome.then(() => {
      isSettled = true
    })
    await platform.advance(3999)
    expect(isSettled).toBe(false)
    await platform.advance(1)
    expect(await outcome).toMatchObject({ name: 'NetworkError', code: 'timeout' })
  })
})

describe('asking', () => {
  it('happens once, however many ask at the same time', async () => {
    const provider = await createFakeProvider()
    const { discover } = await discoverOn(provider)
    const answers = await Promise.all(Array.from({ length: 10 }, discover))
    // oauth4webapi keeps the keys beside this very object.
    expect(new Set(answers).size).toBe(1)
    await discover()
    expect(provider.count(wellKnown)).toBe(1)
  })

  it('happens again after a failure: a failure is never kept', async () => {
    const provider = await createFakeProvider()
    provider.onRequest = () => Promise.reject(new TypeError('Failed to fetch'))
    const { discover } = await discoverOn(provider)
    const failures = await Promise.allSettled([discover(), discover()])
    expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(provider.count(wellKnown)).toBe(1)
    provider.onRequest = () => undefined
    await expect(discover()).resolves.toMatchObject({ issuer: provider.issuer })
    expect(provider.count(wellKnown)).toBe(2)
  })

  it('sends what needs no preflight, and no cookies', async () => {
    const provider = await createFakeProvider()
    const { discover } = await discoverOn(provider)
    await discover()
    expect(provider.seen[0]?.init).toMatchObject({ method: 'GET', credentials: 'omit' })
    expect([...new Headers(provider.seen[0]?.init.headers).keys()]).toEqual(['accept'])
  })
})

describe('the last good answer', () => {
  it('is used on the next page without asking', async () => {
    const provider = await createFakeProvider()
    const first = await discoverOn(provider)
    const metadata = await first.discover()
    const { stored } = first.platform
    const second = await discoverOn(provider, {
      stored,
      epochMs: first.platform.clock.now().epochMs + hourMs - 1,
    })
    expect(await second.discover()).toEqual(metadata)
    expect(provider.count(wellKnown)).toBe(1)
  })

  it('is asked for anew after an hour', async () => {
    const provider = await createFakeProvider()
    const { discover, platform } = await discoverOn(provider)
    await discover()
    provider.metadata.token_endpoint = 'https://id.example/new-token'
    const next = await discoverOn(provider, {
      stored: platform.stored,
      epochMs: platform.clock.now().epochMs + hourMs,
    })
    expect(await next.discover()).toMatchObject({ token_endpoint: 'https://id.example/new-token' })
    expect(provider.count(wellKnown)).toBe(2)
  })

  it('serves after its hour where the network or the server fails', async () => {
    const provider = await createFakeProvider()
    const { discover, platform } = await discoverOn(provider)
    const metadata = await discover()
    const page2 = { stored: platform.stored, epochMs: platform.clock.now().epochMs + 24 * hourMs }
    for (const failing of [() => Promise.reject(new TypeError('Failed to fetch')), () => page(503)]) {
      provider.onRequest = failing
      const later = await discoverOn(provider, page2)
      expect(await later.discover()).toEqual(metadata)
    }
    expect(provider.count(wellKnown)).toBe(3)
  })

  it('does not hide that the provider now says something wrong', async () => {
    const provider = await createFakeProvider()
    const { discover, platform } = await discoverOn(provider)
    await discover()
    provider.metadata.issuer = 'https://evil.example'
    const next = await discoverOn(provider, {
      stored: platform.stored,
      epochMs: platform.clock.now().epochMs + 2 * hourMs,
    })
    await expect(next.discover()).rejects.toMatchObject({ code: 'issuer_mismatch' })
  })

  const now = 1_800_000_000_000
  const good = {
    issuer: 'https://id.example',
    authorization_endpoint: 'https://id.example/auth',
    token_endpoint: 'https://id.example/stored-token',
    jwks_uri: 'https://id.example/jwks',
  }

  it('is read from the shape this version writes', async () => {
    const provider = await createFakeProvider()
    const stored = new Map([['metadata', JSON.stringify({ at: now, document: good })]])
    const { discover } = await discoverOn(provider, { stored, epochMs: now })
    expect(await discover()).toMatchObject({ token_endpoint: 'https://id.example/stored-token' })
    expect(provider.seen).toEqual([])
  })

  it.each<[string, string]>([
    ['empty', ''],
    ['not JSON', '{"at":'],
    ['null', 'null'],
    ['an array', '[]'],
    ['without a time', JSON.stringify({ document: good })],
    ['with a time that is none', JSON.stringify({ at: 'yesterday', document: good })],
    ['from the future', JSON.stringify({ at: now + 1, document: good })],
    ['without a document', JSON.stringify({ at: now })],
    ['of another issuer', JSON.stringify({ at: now, document: { ...good, issuer: 'https://evil.example' } })],
    [
      'with an endpoint in clear text',
      JSON.stringify({ at: now, document: { ...good, token_endpoint: 'http://evil.example/token' } }),
    ],
    ['without an endpoint', JSON.stringify({ at: now, document: { ...good, jwks_uri: undefined } })],
  ])('is ignored where what is stored is %s', async (_, text) => {
    const provider = await createFakeProvider()
    const { discover } = await discoverOn(provider, { stored: new Map([['metadata', text]]), epochMs: now })
    expect(await discover()).toMatchObject({ token_endpoint: 'https://id.example/token' })
    expect(provider.count(wellKnown)).toBe(1)
  })

  it('cannot bring back an algorithm that proves nothing', async () => {
    const document = { ...good, id_token_signing_alg_values_supported: ['none', 'HS256'] }
    const stored = new Map([['metadata', JSON.stringify({ at: now, document })]])
    const { discover } = await discoverOn(await createFakeProvider(), { stored, epochMs: now })
    expect((await discover()).id_token_signing_alg_values_supported).toEqual([])
  })

  it('is done without where storage is blocked', async () => {
    const provider = await createFakeProvider()
    const { discover, platform } = await discoverOn(provider)
    platform.blockStorage()
    await expect(discover()).resolves.toMatchObject({ issuer: provider.issuer })
    await settle()
    expect(platform.stored.size).toBe(0)
  })
})
