import { describe, expect, it } from 'vitest'
import { createFakeProvider, json, type SeenRequest } from '../../test/fake-provider.ts'
import {
  createSigner,
  createWeakSigner,
  flipSignatureBit,
  replaceIdTokens,
  type Signer,
  signWith,
} from '../../test/id-tokens.ts'
import { createProtocolScene, type ProtocolScene } from '../../test/protocol-scene.ts'
import { opaqueRedirect, page } from '../../test/responses.ts'
import { until } from '../../test/until.ts'
import type { AuthError } from '../errors.ts'

/** A scene whose provider signs with this key and answers every request for its keys as told. */
async function createSignedScene(
  signer: Signer,
  keys: (request: SeenRequest, turn: number) => Response | Promise<Response>,
): Promise<ProtocolScene> {
  const scene = await createProtocolScene()
  let turn = 0
  signWith(scene.provider, signer)
  scene.provider.onRequest = (request) => (request.path === '/jwks' ? keys(request, turn++) : undefined)
  return scene
}

/** The error of a sign-in, after a look that the code was sent once. */
async function failureOf({ failure, signIn, provider }: ProtocolScene): Promise<AuthError> {
  const error = await failure(signIn())
  expect(provider.count('/token')).toBe(1)
  return error
}

const invalidSignature = { name: 'ProtocolError', code: 'invalid_signature' }

describe('the signature of an ID token', () => {
  it.each(['ES256', 'RS256', 'EdDSA'])('with one bit turned is refused (%s)', async (alg) => {
    const signer = await createSigner(alg)
    const scene = await createSignedScene(signer, () => json(200, { keys: [signer.publicJwk] }))
    scene.provider.metadata.id_token_signing_alg_values_supported = [alg]
    replaceIdTokens(scene.provider, async (claims) => flipSignatureBit(await signer.sign(claims)))
    expect(await failureOf(scene)).toMatchObject(invalidSignature)
  })

  it('over other claims is refused', async () => {
    const scene = await createProtocolScene()
    replaceIdTokens(scene.provider, async (claims, { id_token: idToken }) => {
      const [header, , signature] = String(idToken).split('.')
      const [, payload] = (await scene.provider.sign({ ...claims, sub: 'mallory' })).split('.')
      return [header, payload, signature].join('.')
    })
    expect(await failureOf(scene)).toMatchObject(invalidSignature)
  })

  it('is checked on refresh as well, and once more with fresh keys', async () => {
    const { provider, client, signIn, failure } = await createProtocolScene()
    const tokens = await signIn()
    replaceIdTokens(provider, async (_, { id_token: idToken }) => flipSignatureBit(String(idToken)))
    expect(await failure(client.refresh(tokens))).toMatchObject(invalidSignature)
    expect(provider.count('/jwks')).toBe(2)
  })

  it('by a key in the token’s own header proves nothing (RFC 7515 §4.1.3)', async () => {
    const attacker = await createSigner('ES256')
    const asked: string[] = []
    for (const kid of ['key-1', 'key-of-attacker', undefined]) {
      const provider = await createFakeProvider()
      const scene = await createProtocolScene({
        provider,
        fetch: (url, init) => {
          asked.push(url)
          return provider.fetch(url, init)
        },
      })
      replaceIdTokens(scene.provider, (claims) =>
        attacker.sign(claims, {
          kid,
          jwk: attacker.publicJwk,
          jku: 'https://evil.example/jwks',
          x5u: 'https://evil.example/x5u',
        }),
      )
      expect(await failureOf(scene)).toMatchObject(invalidSignature)
    }
    expect(asked).not.toHaveLength(0)
    expect(asked.filter((url) => !url.startsWith('https://id.example/'))).toEqual([])
  })
})

describe('the key of an ID token', () => {
  it('that is not among those at hand is fetched once more, past the HTTP cache (Core §10.1.1)', async () => {
    const old = await createSigner('ES256', 'old')
    const fresh = await createSigner('ES256', 'fresh')
    // As with "Cache-Control: max-age": only a request that asks for it gets past the old copy.
    const { provider, signIn } = await createSignedScene(fresh, ({ init }) =>
      json(200, { keys: [init.cache === 'no-cache' ? fresh.publicJwk : old.publicJwk] }),
    )
    await expect(signIn()).resolves.toMatchObject({ claims: { sub: 'alice' } })
    const modes = provider.seen.filter(({ path }) => path === '/jwks').map(({ init }) => init.cache)
    expect(modes).toEqual(['default', 'no-cache'])
  })

  it('may have been changed while this page had others at hand', async () => {
    const old = await createSigner('ES256', 'old')
    const fresh = await createSigner('ES256', 'fresh')
    const { provider, client, signIn } = await createSignedScene(old, ({ init }, turn) =>
      json(200, { keys: [turn > 0 && init.cache === 'no-cache' ? fresh.publicJwk : old.publicJwk] }),
    )
    const tokens = await signIn()
    provider.sign = (claims) => fresh.sign(claims)
    await expect(client.refresh(tokens)).resolves.toMatchObject({ claims: { sub: 'alice' } })
    await expect(signIn()).resolves.toMatchObject({ claims: { sub: 'alice' } })
  })

  it('that is still unknown then is asked for no third time', async () => {
    const signer = await createSigner('ES256', 'unknown')
    const other = await createSigner('ES256', 'other')
    const scene = await createSignedScene(signer, () => json(200, { keys: [other.publicJwk] }))
    expect(await failureOf(scene)).toMatchObject(invalidSignature)
    await scene.platform.advance(600_000)
    expect(scene.provider.count('/jwks')).toBe(2)
  })

  it('is asked for past every cache once in half a minute, however many tokens fail (DISC-07)', async () => {
    const unknown = await createSigner('ES256', 'unknown')
    const { provider, platform, client, signIn, failure } = await createProtocolScene()
    const held = await signIn()
    async function failMany(): Promise<void> {
      for (let turn = 0; turn < 20; turn += 1) {
        // A good sign-in, for a refresh token that the provider knows.
        provider.onToken = () => undefined
        const { refreshToken } = await signIn()
        replaceIdTokens(provider, (claims) => unknown.sign(claims, { kid: `unknown-${turn}` }))
        expect(await failure(client.refresh({ ...held, refreshToken }))).toMatchObject(invalidSignature)
      }
    }
    const forced = (): number => provider.seen.filter(({ init }) => init.cache === 'no-cache').length
    await failMany()
    expect(forced()).toBe(1)
    await platform.advance(30_000)
    await failMany()
    expect(forced()).toBe(2)
  })

  it('that was fetched past every cache is at hand for the next token', async () => {
    const old = await createSigner('ES256', 'old')
    const fresh = await createSigner('ES256', 'fresh')
    const { provider, client, signIn } = await createSignedScene(old, ({ init }) =>
      json(200, { keys: [init.cache === 'no-cache' ? fresh.publicJwk : old.publicJwk] }),
    )
    const tokens = await signIn()
    provider.sign = (claims) => fresh.sign(claims)
    const next = await client.refresh(tokens)
    await expect(client.refresh({ ...next, refreshToken: next.refreshToken ?? '' })).resolves.toMatchObject({
      claims: { sub: 'alice' },
    })
    expect(provider.count('/jwks')).toBe(2)
  })

  it('may have no name where it is the only one that fits (Core §10.1)', async () => {
    const signer = await createSigner('ES256')
    const { kid, ...nameless } = signer.publicJwk
    for (const published of [nameless, signer.publicJwk]) {
      const { provider, signIn } = await createSignedScene(signer, () => json(200, { keys: [published] }))
      replaceIdTokens(provider, (claims) => signer.sign(claims, { kid: undefined }))
      await expect(signIn()).resolves.toMatchObject({ claims: { sub: 'alice' } })
    }
  })

  it('without a name is not guessed at where several fit', async () => {
    const signer = await createSigner('ES256', 'a')
    const other = await createSigner('ES256', 'b')
    const scene = await createSignedScene(signer, () =>
      json(200, { keys: [signer.publicJwk, other.publicJwk] }),
    )
    replaceIdTokens(scene.provider, (claims) => signer.sign(claims, { kid: undefined }))
    expect(await failureOf(scene)).toMatchObject(invalidSignature)
  })

  it('may stand among keys that are of no use here (RFC 7517 §5)', async () => {
    const signer = await createSigner('ES256')
    const { kid } = signer.publicJwk
    const { publicJwk: rsa } = await createSigner('RS256', kid)
    const useless = [
      {},
      { kty: 'oct', k: 'c2VjcmV0', kid },
      { kty: 'AKP', kid },
      { kty: 'unheard-of', kid },
      { kty: 'EC', crv: 'secp256k1', x: 'AA', y: 'AA', kid },
      { kty: 'OKP', crv: 'X25519', x: 'AA', kid },
      { ...signer.publicJwk, use: 'enc' },
      { ...signer.publicJwk, key_ops: ['deriveBits'] },
      { ...signer.publicJwk, alg: 'ECDH-ES' },
      rsa,
    ]
    const { signIn } = await createSignedScene(signer, () =>
      json(200, { keys: [...useless, signer.publicJwk] }),
    )
    await expect(signIn()).resolves.toMatchObject({ claims: { sub: 'alice' } })
  })

  it.each<[string, (signer: Signer) => unknown]>([
    ['is for encryption', ({ publicJwk }) => ({ ...publicJwk, use: 'enc' })],
    ['is for another algorithm', ({ publicJwk }) => ({ ...publicJwk, alg: 'ES384' })],
    ['is damaged', ({ publicJwk }) => ({ ...publicJwk, x: 'AAAA' })],
    ['lacks a half', ({ publicJwk: { y, ...half } }) => half],
  ])('that %s proves nothing', async (_, publish) => {
    const signer = await createSigner('ES256')
    const scene = await createSignedScene(signer, () => json(200, { keys: [publish(signer)] }))
    expect(await failureOf(scene)).toMatchObject(invalidSignature)
  })

  it('is not an RSA key of less than 2048 bits (RFC 7518 §3.3)', async () => {
    const weak = await createWeakSigner()
    const scene = await createSignedScene(weak, () => json(200, { keys: [weak.publicJwk] }))
    expect(await failureOf(scene)).toMatchObject(invalidSignature)
  })
})

describe('keys that cannot be had', () => {
  it.each<[string, () => Response | Promise<Response>, object]>([
    ['the network fails', () => Promise.reject(new TypeError('Failed to fetch')), { code: 'network_failed' }],
    ['a redirect comes in their place', () => opaqueRedirect(), { code: 'network_failed' }],
    ['the server is down', () => page(503), { code: 'server_unavailable', status: 503 }],
    [
      'the server is overrun',
      () => json(429, {}, { 'retry-after': '9' }),
      { status: 429, retryAfterSeconds: 9 },
    ],
  ])('fail the sign-in as a matter of the network where %s', async (_, answer, details) => {
    const scene = await createProtocolScene()
    scene.provider.onRequest = ({ path }) => (path === '/jwks' ? answer() : undefined)
    expect(await failureOf(scene)).toMatchObject({ name: 'NetworkError', ...details })
  })

  it('are not waited for beyond the deadline', async () => {
    const { provider, platform, signIn, failure } = await createProtocolScene()
    provider.onRequest = ({ path }) => (path === '/jwks' ? new Promise(() => undefined) : undefined)
    const failed = failure(signIn())
    // The tokens are here; only the request for the keys still runs.
    await until(() => provider.count('/token') === 1 && platform.timerCount() === 1)
    await platform.advance(10_000)
    const error = await failed
    expect(error).toMatchObject({ name: 'NetworkError', code: 'timeout' })
    expect(error.message).toContain('/jwks')
  })

  it.each<[string, () => Response]>([
    ['a web page', () => page()],
    ['a 404', () => json(404, {})],
    ['no key set', () => json(200, {})],
    ['a list', () => json(200, [])],
    ['a set that is no list', () => json(200, { keys: {} })],
    ['a set of something else', () => json(200, { keys: ['key'] })],
    ['an empty set', () => json(200, { keys: [] })],
  ])('fail it as a broken rule where %s comes', async (_, answer) => {
    const scene = await createProtocolScene()
    scene.provider.onRequest = ({ path }) => (path === '/jwks' ? answer() : undefined)
    expect(await failureOf(scene)).toMatchObject(invalidSignature)
  })
})
