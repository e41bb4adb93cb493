import { describe, expect, it } from 'vitest'
import { createProtocolScene } from '../../test/protocol-scene.ts'
import { page } from '../../test/responses.ts'
import { until } from '../../test/until.ts'

describe('a revocation', () => {
  it('names the refresh token, its kind and the client, and outlives the page (RFC 7009 §2.1)', async () => {
    const { provider, client, signIn } = await createProtocolScene()
    const tokens = await signIn()
    expect(await client.revoke(tokens)).toBe(true)
    const { form, init } = provider.seen.at(-1) ?? { form: [], init: {} as RequestInit }
    expect(Object.fromEntries(form)).toEqual({
      token: tokens.refreshToken,
      token_type_hint: 'refresh_token',
      client_id: 'app',
    })
    expect(init).toMatchObject({ method: 'POST', keepalive: true, credentials: 'omit', redirect: 'manual' })
    expect([...new Headers(init.headers).keys()]).toEqual(['content-type'])
    expect(provider.count('/revoke')).toBe(1)
  })

  it('names the access token where there is no other', async () => {
    const { provider, client, signIn } = await createProtocolScene()
    const { refreshToken, ...tokens } = await signIn()
    expect(await client.revoke(tokens)).toBe(true)
    expect(provider.seen.at(-1)?.form.get('token')).toBe(tokens.accessToken)
    expect(provider.seen.at(-1)?.form.get('token_type_hint')).toBe('access_token')
  })

  it.each<[string, () => Response]>([
    ['an empty page', () => page(200)],
    ['a 204', () => new Response(null, { status: 204 })],
    [
      'a 400 for a token it does not know',
      () => new Response('{"error":"invalid_request"}', { status: 400 }),
    ],
    ['a 401 for public clients', () => page(401)],
    ['a 404', () => page(404)],
  ])('counts where the answer is %s', async (_, answer) => {
    const { provider, client, signIn } = await createProtocolScene()
    const tokens = await signIn()
    provider.onRequest = answer
    expect(await client.revoke(tokens)).toBe(true)
  })

  it('asks nobody where the provider has no such endpoint', async () => {
    const { provider, client, signIn } = await createProtocolScene()
    delete provider.metadata.revocation_endpoint
    const tokens = await signIn()
    const before = provider.seen.length
    expect(await client.revoke(tokens)).toBe(false)
    expect(provider.seen).toHaveLength(before)
  })

  it('sends nothing to an endpoint in clear text', async () => {
    const { provider, client, signIn, failure } = await createProtocolScene()
    provider.metadata.revocation_endpoint = 'http://id.example/revoke'
    const tokens = await signIn()
    expect(await failure(client.revoke(tokens))).toMatchObject({ code: 'insecure_endpoint' })
    expect(provider.count('/revoke')).toBe(0)
  })

  it.each<[string, () => Response | Promise<Response>, object]>([
    ['the server is down', () => page(503), { code: 'server_unavailable', status: 503 }],
    ['the network fails', () => Promise.reject(new TypeError('Failed to fetch')), { code: 'network_failed' }],
    ['the answer takes 3 seconds', () => new Promise(() => undefined), { code: 'timeout' }],
  ])('fails, without a second try, where %s', async (_, answer, details) => {
    const { provider, platform, client, signIn, failure } = await createProtocolScene()
    const tokens = await signIn()
    provider.onRequest = answer
    const failed = failure(client.revoke(tokens))
    await until(() => provider.count('/revoke') === 1)
    await platform.advance(3000)
    expect(await failed).toMatchObject({ name: 'NetworkError', ...details })
    await platform.advance(600_000)
    expect(provider.count('/revoke')).toBe(1)
  })
})
