import { generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { json } from '../../test/fake-provider.ts'
import { createProtocolScene, type ProtocolScene, plainOAuth } from '../../test/protocol-scene.ts'
import type { TokenSet } from './token-set.ts'

interface SignedInScene extends ProtocolScene {
  readonly tokens: TokenSet
}

async function signedIn(): Promise<SignedInScene> {
  const scene = await createProtocolScene()
  return { ...scene, tokens: await scene.signIn() }
}

function answerUserInfo({ provider }: ProtocolScene, answer: () => Response | Promise<Response>): void {
  provider.onRequest = ({ path }) => (path === '/userinfo' ? answer() : undefined)
}

const jwt = (text: string): Response =>
  new Response(text, { headers: { 'content-type': 'application/jwt; charset=utf-8' } })

describe('UserInfo (OpenID Connect Core 1.0 §5.3)', () => {
  it('is asked for with the access token in its header (§5.3.1, UI-01)', async () => {
    const { client, provider, tokens } = await signedIn()
    provider.userInfo = { name: 'Alice', email: 'alice@example.com' }
    await expect(client.userInfo(tokens)).resolves.toEqual({
      claims: { sub: 'alice', name: 'Alice', email: 'alice@example.com' },
      askedAtMs: 1_800_000_000_000,
    })
    const asked = provider.seen.at(-1)
    expect(asked).toMatchObject({ method: 'GET', path: '/userinfo' })
    const headers = new Headers(asked?.init.headers)
    expect(headers.get('authorization')).toBe(`Bearer ${tokens.accessToken}`)
    expect(headers.get('accept')).toBe('application/json, application/jwt')
    expect(asked?.init).toMatchObject({ credentials: 'omit', cache: 'no-store' })
  })

  it('is asked for at the endpoint that is given by hand', async () => {
    const endpoints = { ...plainOAuth.endpoints, jwks: 'https://id.example/jwks' }
    const { client, provider, signIn } = await createProtocolScene({
      options: {
        issuer: 'https://id.example',
        clientId: 'app',
        redirectUri: '/callback',
        endpoints: { ...endpoints, userInfo: 'https://id.example/userinfo' },
      },
    } as Parameters<typeof createProtocolScene>[0])
    provider.userInfo = { name: 'Alice' }
    await expect(client.userInfo(await signIn())).resolves.toMatchObject({ claims: { name: 'Alice' } })
  })

  it('takes null for absent (§5.3.2), and leaves claims of other sources where they are (§5.6.2, UI-04)', async () => {
    const { client, provider, tokens } = await signedIn()
    const sources = {
      _claim_names: { address: 'src1' },
      _claim_sources: { src1: { endpoint: 'https://claims.example', access_token: 'theirs' } },
    }
    provider.userInfo = { name: null, ...sources }
    const before = provider.seen.length
    expect((await client.userInfo(tokens)).claims).toEqual({ sub: 'alice', ...sources })
    expect(provider.seen).toHaveLength(before + 1)
  })

  it.each([
    ['another person', { sub: 'bob' }],
    ['another person in all but case', { sub: 'Alice' }],
    ['nobody', { sub: undefined }],
    ['a number', { sub: 7 }],
    ['an empty name', { sub: '' }],
  ])('is refused where it is about %s (§5.3.2, UI-02)', async (_, userInfo) => {
    const scene = await signedIn()
    scene.provider.userInfo = { ...userInfo, name: 'SENTINEL-another-person' }
    scene.provider.secrets.push('SENTINEL-another-person')
    expect(await scene.failure(scene.client.userInfo(scene.tokens))).toMatchObject({
      name: 'ProtocolError',
      code: 'invalid_user_info',
    })
  })

  it.each([
    ['a page', () => new Response('<p>Hello', { headers: { 'content-type': 'text/html' } })],
    ['a list', () => json(200, [])],
    ['nothing', () => json(200, null)],
    ['no JSON', () => new Response('{', { headers: { 'content-type': 'application/json' } })],
    ['a token that is none', () => jwt('a.b')],
  ])('is refused where it is %s', async (_, answer) => {
    const scene = await signedIn()
    answerUserInfo(scene, answer)
    expect(await scene.failure(scene.client.userInfo(scene.tokens))).toMatchObject({
      name: 'ProtocolError',
      code: 'invalid_user_info',
    })
  })

  it.each<[string, Response, object]>([
    [
      'by its challenge',
      new Response('', { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }),
      { error: 'invalid_token', status: 401 },
    ],
    [
      'in its body',
      json(403, { error: 'insufficient_scope', error_description: 'The token lacks openid.' }),
      { error: 'insufficient_scope', description: 'The token lacks openid.', status: 403 },
    ],
    [
      'by a challenge without quotation marks, which counts more than its body or another parameter',
      json(401, { error: 'other' }, { 'www-authenticate': 'Bearer my_error="x", error=invalid_token, x=1' }),
      { error: 'invalid_token', status: 401 },
    ],
    ['with JSON that is nothing', json(403, null), { error: 'unknown_error', status: 403 }],
    ['with JSON that is text', json(403, 'error'), { error: 'unknown_error', status: 403 }],
    ['without a reason', new Response('Go away', { status: 400 }), { error: 'unknown_error', status: 400 }],
    ['with a redirect', new Response(null, { status: 302 }), { error: 'unknown_error', status: 302 }],
  ])('may be refused %s (§5.3.3)', async (_, answer, said) => {
    const scene = await signedIn()
    answerUserInfo(scene, () => answer)
    expect(await scene.failure(scene.client.userInfo(scene.tokens))).toMatchObject({
      name: 'ServerError',
      code: 'user_info_failed',
      ...said,
    })
  })

  it('says what the provider said, without the token', async () => {
    const scene = await signedIn()
    const { accessToken } = scene.tokens
    answerUserInfo(scene, () => json(401, { error: accessToken, error_description: `Not ${accessToken}` }))
    expect(await scene.failure(scene.client.userInfo(scene.tokens))).toMatchObject({
      error: 'unknown_error',
      description: 'Not [removed]',
    })
  })

  it.each([
    ['missing_endpoint', undefined],
    ['insecure_endpoint', 'http://id.example/userinfo'],
  ])('is %s where the provider’s endpoint is %s, and no token is sent', async (code, endpoint) => {
    const scene = await createProtocolScene()
    scene.provider.metadata.userinfo_endpoint = endpoint
    const tokens = await scene.signIn()
    const before = scene.provider.seen.length
    expect(await scene.failure(scene.client.userInfo(tokens))).toMatchObject({ code })
    expect(scene.provider.seen).toHaveLength(before)
  })

  it('is not to be had of a server without OpenID Connect', async () => {
    const scene = await createProtocolScene({ options: plainOAuth })
    const tokens = await scene.signIn()
    expect(await scene.failure(scene.client.userInfo(tokens))).toMatchObject({ code: 'no_user_info' })
  })

  it('says nothing while the provider is not well', async () => {
    const scene = await signedIn()
    answerUserInfo(scene, () => new Response('', { status: 503 }))
    expect(await scene.failure(scene.client.userInfo(scene.tokens))).toMatchObject({
      code: 'server_unavailable',
    })
  })
})

describe('UserInfo that is signed (§5.3.2, UI-03)', () => {
  const whole = { iss: 'https://id.example', aud: 'app', sub: 'alice', name: 'Alice' }

  it('is read once its signature is verified', async () => {
    const scene = await signedIn()
    answerUserInfo(scene, async () => jwt(await scene.provider.sign(whole)))
    await expect(scene.client.userInfo(scene.tokens)).resolves.toMatchObject({ claims: { name: 'Alice' } })
    // The keys are there since the sign-in.
    expect(scene.provider.seen.at(-1)?.path).toBe('/userinfo')
  })

  it('is read after the keys were rotated', async () => {
    const scene = await signedIn()
    await scene.provider.rotateKeys()
    answerUserInfo(scene, async () => jwt(await scene.provider.sign(whole)))
    await expect(scene.client.userInfo(scene.tokens)).resolves.toMatchObject({ claims: { name: 'Alice' } })
  })

  it.each([
    ['is for another client', { aud: 'other' }],
    ['comes from another issuer', { iss: 'https://evil.example' }],
    ['is about another person', { sub: 'bob' }],
    ['has expired', { exp: 1_700_000_000 }],
  ])('is refused where it %s', async (_, changes) => {
    const scene = await signedIn()
    answerUserInfo(scene, async () => jwt(await scene.provider.sign({ ...whole, ...changes })))
    expect(await scene.failure(scene.client.userInfo(scene.tokens))).toMatchObject({
      name: 'ProtocolError',
      code: 'invalid_user_info',
    })
  })

  it('is refused where somebody else has signed it', async () => {
    const scene = await signedIn()
    const { privateKey } = await generateKeyPair('ES256')
    const forged = await new SignJWT(whole)
      .setProtectedHeader({ alg: 'ES256', kid: 'key-1' })
      .sign(privateKey)
    answerUserInfo(scene, () => jwt(forged))
    const error = await scene.failure(scene.client.userInfo(scene.tokens))
    expect(error).toMatchObject({ name: 'ProtocolError', code: 'invalid_signature' })
    expect(error.message).toMatch(/^The signature of UserInfo was refused/)
  })

  it.each(['none', 'HS256'])(
    'is refused where it is signed with %s, whatever the metadata lists',
    async (alg) => {
      const scene = await createProtocolScene()
      scene.provider.metadata.userinfo_signing_alg_values_supported = ['none', 'HS256']
      const tokens = await scene.signIn()
      const encode = (part: object): string => btoa(JSON.stringify(part)).replace(/=+$/, '')
      answerUserInfo(scene, () => jwt(`${encode({ alg })}.${encode(whole)}.${alg === 'none' ? '' : 'c2ln'}`))
      expect(await scene.failure(scene.client.userInfo(tokens))).toMatchObject({ code: 'invalid_user_info' })
    },
  )
})
