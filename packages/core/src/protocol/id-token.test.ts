import { type JWTPayload, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createSigner, encodePart, replaceIdTokens, signWith } from '../../test/id-tokens.ts'
import { createProtocolScene, type ProtocolScene } from '../../test/protocol-scene.ts'
import type { AuthError } from '../errors.ts'
import { requireAuthentication } from './authentication-demand.ts'
import { encodeBase64url } from './base64url.ts'
import type { CodeGrant } from './code-grant.ts'
import { checkIdToken, learnClockSkew } from './id-token.ts'

const dayMs = 86_400_000
/** What the page's clock says when a scene begins. */
const now = 1_800_000_000

/** A sign-in whose ID token has these claims changed; undefined leaves one out. */
async function signInWith(claims: Record<string, unknown>, demand?: Partial<CodeGrant>): Promise<unknown> {
  const { provider, signIn } = await createProtocolScene()
  provider.claims = claims
  return signIn(demand)
}

/** The error of a sign-in, after a look that nothing was tried again. */
async function failureOf(
  { failure, signIn, provider }: ProtocolScene,
  demand?: Partial<CodeGrant>,
): Promise<AuthError> {
  const error = await failure(signIn(demand))
  expect(provider.count('/token')).toBe(1)
  return error
}

async function failureWith(claims: Record<string, unknown>, demand?: Partial<CodeGrant>): Promise<AuthError> {
  const scene = await createProtocolScene()
  scene.provider.claims = claims
  return failureOf(scene, demand)
}

describe('the algorithm of an ID token (Core §3.1.3.7 item 7, RFC 8725 §3.1)', () => {
  /** What the test makes in place of the right token, of its claims. */
  async function failureOfToken(
    make: (claims: JWTPayload, scene: ProtocolScene) => unknown,
    listed: string[] = ['ES256', 'RS256', 'none', 'HS256', 'HS512'],
  ): Promise<AuthError> {
    const scene = await createProtocolScene()
    scene.provider.metadata.id_token_signing_alg_values_supported = listed
    replaceIdTokens(scene.provider, (claims) => make(claims, scene))
    return failureOf(scene)
  }

  it.each(['none', 'None', 'NONE'])('is not "%s", though the metadata lists it', async (alg) => {
    const error = await failureOfToken((claims) => `${encodePart({ alg })}.${encodePart(claims)}.`)
    expect(error).toMatchObject({ name: 'ProtocolError', code: 'invalid_id_token' })
  })

  it('is not HMAC, though the metadata lists it and the published key was the secret', async () => {
    const error = await failureOfToken(async (claims) => {
      const { publicJwk } = await createSigner('ES256')
      const secret = new TextEncoder().encode(JSON.stringify(publicJwk))
      return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'key-1' }).sign(secret)
    })
    expect(error).toMatchObject({ code: 'invalid_id_token' })
  })

  it('is not one that the metadata does not list, though the key is published', async () => {
    const signer = await createSigner('ES384')
    const error = await failureOfToken((claims, { provider }) => {
      signWith(provider, signer)
      return signer.sign(claims)
    })
    expect(error).toMatchObject({ code: 'invalid_id_token' })
  })

  it.each([undefined, 7, null])('is not missing, nor %j', async (alg) => {
    const error = await failureOfToken((claims) => `${encodePart({ alg })}.${encodePart(claims)}.c2ln`)
    expect(error).toMatchObject({ code: 'invalid_id_token' })
  })

  it('is RS256 where the metadata says nothing', async () => {
    const scene = await createProtocolScene()
    delete scene.provider.metadata.id_token_signing_alg_values_supported
    expect(await failureOf(scene)).toMatchObject({ code: 'invalid_id_token' })
    signWith(scene.provider, await createSigner('RS256'))
    await expect(scene.signIn()).resolves.toMatchObject({ claims: { sub: 'alice' } })
  })

  it.each(['RS256', 'PS384', 'ES384', 'ES512', 'EdDSA'])('may be %s', async (alg) => {
    const { provider, signIn } = await createProtocolScene()
    provider.metadata.id_token_signing_alg_values_supported = [alg]
    signWith(provider, await createSigner(alg))
    await expect(signIn()).resolves.toMatchObject({ claims: { sub: 'alice' } })
  })
})

describe('the form of an ID token (RFC 7519 §7.2)', () => {
  const header = encodePart({ alg: 'ES256', kid: 'key-1' })

  it.each<[string, (claims: JWTPayload) => string]>([
    ['two parts', (claims) => `${header}.${encodePart(claims)}`],
    ['four parts', (claims) => `${header}.${encodePart(claims)}.c2ln.c2ln`],
    ['the five parts of encryption', (claims) => `${header}.a.b.${encodePart(claims)}.c2ln`],
    ['one part', () => header],
    ['only dots', () => '..'],
    ['a header that is a list', (claims) => `${encodePart([])}.${encodePart(claims)}.c2ln`],
    ['claims that are a list', () => `${header}.${encodePart([])}.c2ln`],
    ['claims that are null', () => `${header}.${encodePart(null)}.c2ln`],
    ['claims that are no JSON', () => `${header}.eyJz.c2ln`],
    ['claims that are no base64url', () => `${header}.e*e.c2ln`],
    ['a signature that is no base64url', (claims) => `${header}.${encodePart(claims)}.a*b`],
    ['no signature', (claims) => `${header}.${encodePart(claims)}.`],
  ])('is not %s', async (_, make) => {
    const scene = await createProtocolScene()
    replaceIdTokens(scene.provider, make)
    expect(await failureOf(scene)).toMatchObject({ name: 'ProtocolError' })
  })

  it('has no "crit", which nobody here understands (RFC 7515 §4.1.11)', async () => {
    const scene = await createProtocolScene()
    const signer = await createSigner('ES256')
    signWith(scene.provider, signer)
    replaceIdTokens(scene.provider, (claims) => signer.sign(claims, { crit: ['b64'], b64: true }))
    expect(await failureOf(scene)).toMatchObject({ code: 'invalid_id_token' })
  })
})

describe('the claims of an ID token', () => {
  it.each<[string, Record<string, unknown>]>([
    ['iss of another', { iss: 'https://evil.example' }],
    ['iss with a character more', { iss: 'https://id.exampleX' }],
    ['iss with a slash more', { iss: 'https://id.example/' }],
    ['iss that is a list', { iss: ['https://id.example'] }],
    ['no iss (Core §3.1.3.7 item 2)', { iss: undefined }],
    ['aud of another client', { aud: 'other' }],
    ['aud of other clients', { aud: ['other', 'third'] }],
    ['aud in other letters', { aud: 'App' }],
    ['aud of nobody', { aud: [] }],
    ['aud that is a number', { aud: 7 }],
    ['no aud (Core §3.1.3.7 item 3)', { aud: undefined }],
    ['another audience beside this one', { aud: ['app', 'other'] }],
    ['another audience, and its azp', { aud: ['app', 'other'], azp: 'other' }],
    ['azp of another client (Core §3.1.3.7 item 5)', { azp: 'other' }],
    ['azp that is a list', { azp: ['app'] }],
    ['azp that is empty', { azp: '' }],
    ['no sub (Core §2)', { sub: undefined }],
    ['sub that is empty', { sub: '' }],
    ['sub that is a number', { sub: 7 }],
    ['sub that is null', { sub: null }],
    ['sub of 256 characters', { sub: 'x'.repeat(256) }],
    ['exp that is past (Core §3.1.3.7 item 9)', { exp: now - 40 }],
    ['exp in quotation marks', { exp: String(now + 300) }],
    ['exp that is null', { exp: null }],
    ['no exp', { exp: undefined }],
    ['no iat (Core §2)', { iat: undefined }],
    ['iat in quotation marks', { iat: String(now) }],
    ['nbf that is to come (RFC 7519 §4.1.5)', { nbf: now + 40 }],
    ['nbf in quotation marks', { nbf: String(now) }],
    ['another nonce (Core §3.1.3.7 item 11)', { nonce: 'another' }],
    ['an empty nonce', { nonce: '' }],
    ['a nonce that is a list', { nonce: ['another'] }],
    ['no nonce', { nonce: undefined }],
    ['auth_time in quotation marks', { auth_time: String(now) }],
    ['another at_hash (Core §3.1.3.8)', { at_hash: '77QmUPtjPfzWtF2AnpK9RQ' }],
    ['at_hash that is empty', { at_hash: '' }],
    ['at_hash that is a number', { at_hash: 7 }],
  ])('with %s refuse the whole response', async (_, claims) => {
    expect(await failureWith(claims)).toMatchObject({ name: 'ProtocolError', code: 'invalid_id_token' })
  })

  it.each<[string, Record<string, unknown>]>([
    ['aud as a list of one', { aud: ['app'] }],
    ['another audience vouched for by azp', { aud: ['app', 'other'], azp: 'app' }],
    ['azp of this client', { azp: 'app' }],
    ['sub of 255 characters', { sub: 'x'.repeat(255) }],
    ['exp that is past within the tolerance', { exp: now - 20 }],
    ['nbf that is to come within the tolerance', { nbf: now + 20 }],
    ['claims nobody knows', { foo: { bar: [1] } }],
  ])('may have %s', async (_, claims) => {
    expect(await signInWith(claims)).toMatchObject({ claims })
  })

  it('may be as far off as option "clockToleranceSeconds" says, and no further', async () => {
    const options = { issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback' }
    const patient = await createProtocolScene({ options: { ...options, clockToleranceSeconds: 200 } })
    patient.provider.claims = { exp: now - 190, nbf: now + 190 }
    await expect(patient.signIn()).resolves.toMatchObject({ claims: { exp: now - 190 } })
    const strict = await createProtocolScene({ options: { ...options, clockToleranceSeconds: 0 } })
    strict.provider.claims = { exp: now - 10 }
    expect(await failureOf(strict)).toMatchObject({ code: 'invalid_id_token' })
  })

  it('that have expired say to look at the clock', async () => {
    expect((await failureWith({ exp: now - 60 })).message).toMatch(/check the device’s clock/)
  })
})

describe('at_hash (Core §3.1.3.6, §3.1.3.8)', () => {
  async function hashFor(algorithm: string, text: unknown): Promise<string> {
    const digest = new Uint8Array(
      await crypto.subtle.digest(algorithm, new TextEncoder().encode(String(text))),
    )
    return encodeBase64url(digest.slice(0, digest.length / 2))
  }

  it.each([
    ['ES256', 'SHA-256', 'SHA-512'],
    ['RS256', 'SHA-256', 'SHA-384'],
    ['ES384', 'SHA-384', 'SHA-256'],
    ['PS512', 'SHA-512', 'SHA-256'],
    ['EdDSA', 'SHA-512', 'SHA-256'],
    ['Ed25519', 'SHA-512', 'SHA-256'],
  ])('of an %s token is made with %s', async (alg, right, wrong) => {
    const signer = await createSigner(alg)
    const signInHashed = async (hash: string): Promise<[ProtocolScene, Promise<unknown>]> => {
      const scene = await createProtocolScene()
      scene.provider.metadata.id_token_signing_alg_values_supported = [alg]
      signWith(scene.provider, signer)
      replaceIdTokens(scene.provider, async (claims, { access_token: token }) =>
        signer.sign({ ...claims, at_hash: await hashFor(hash, token) }),
      )
      return [scene, scene.signIn()]
    }
    const [, tokens] = await signInHashed(right)
    await expect(tokens).resolves.toMatchObject({ claims: { at_hash: expect.any(String) } })
    const [{ failure }, refused] = await signInHashed(wrong)
    expect(await failure(refused)).toMatchObject({ code: 'invalid_id_token' })
  })

  const claims = { iss: 'https://id.example', sub: 'alice', aud: 'app', iat: now, exp: now + 300 }
  const tokens = {
    access_token: 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y',
    id_token: `${encodePart({ alg: 'RS256' })}.e30.c2ln`,
  }

  it('of Core Appendix A.3 fits', async () => {
    const hashed = { ...claims, at_hash: '77QmUPtjPfzWtF2AnpK9RQ' }
    await expect(checkIdToken(hashed, tokens, 'app')).resolves.toBe(hashed)
  })

  it.each(['ML-DSA-44', 'ES256K', 'XES256', 'ES1256', 'MyEd', ''])(
    'is compared with nothing where nobody has said how it is made: "%s"',
    async (alg) => {
      const hashed = { ...claims, at_hash: '77QmUPtjPfzWtF2AnpK9RQ' }
      const other = { access_token: 'another', id_token: `${encodePart({ alg })}.e30.c2ln` }
      await expect(checkIdToken(hashed, other, 'app')).resolves.toBe(hashed)
    },
  )

  it('with one letter changed does not', async () => {
    const hashed = { ...claims, at_hash: '77QmUPtjPfzWtF2AnpK9RR' }
    await expect(checkIdToken(hashed, tokens, 'app')).rejects.toMatchObject({
      name: 'ProtocolError',
      code: 'invalid_id_token',
      message: expect.stringContaining('at_hash'),
    })
  })
})

describe('how the person was authenticated (Core §3.1.3.7 items 12 and 13, RFC 9470 §5)', () => {
  it.each<[string, Record<string, unknown>, Partial<CodeGrant>]>([
    ['auth_time is too old', { auth_time: now - 91 }, { maxAge: 60 }],
    ['auth_time is missing', {}, { maxAge: 60 }],
    ['auth_time is too old for "just now"', { auth_time: now - 31 }, { maxAge: 0 }],
    ['acr is another', { acr: 'silver' }, { acrValues: ['gold', 'platinum'] }],
    ['acr is missing', {}, { acrValues: ['gold'] }],
    ['acr is a list', { acr: ['gold'] }, { acrValues: ['gold'] }],
    ['acr is empty', { acr: '' }, { acrValues: ['gold'] }],
  ])('is not as asked where %s', async (_, claims, demand) => {
    const error = await failureWith(claims, demand)
    expect(error).toMatchObject({ name: 'SignInRequiredError', code: 'reauthentication_required' })
    expect(error.message).toMatch(/did not authenticate the person as asked: .*(auth_time|ago|acr)/)
  })

  it.each<[string, Record<string, unknown>, Partial<CodeGrant>]>([
    ['auth_time is recent', { auth_time: now - 60 }, { maxAge: 60 }],
    ['auth_time is too old within the tolerance', { auth_time: now - 90 }, { maxAge: 60 }],
    ['auth_time is now', { auth_time: now }, { maxAge: 0 }],
    ['nothing was asked', { auth_time: 1, acr: 'bronze' }, {}],
    ['acr is one of those asked for', { acr: 'platinum' }, { acrValues: ['gold', 'platinum'] }],
  ])('is as asked where %s', async (_, claims, demand) => {
    expect(await signInWith(claims, demand)).toMatchObject({ claims })
  })

  it('is judged by the provider’s time', () => {
    const claims = {
      iss: 'https://id.example',
      sub: 'alice',
      aud: 'app',
      iat: now,
      exp: now + 300,
      auth_time: now,
    }
    const at = (nowSeconds: number) => () =>
      requireAuthentication(claims, { maxAge: 100 }, { nowSeconds, toleranceSeconds: 10 })
    expect(at(now + 110)).not.toThrow()
    expect(at(now + 111)).toThrow(expect.objectContaining({ code: 'reauthentication_required' }))
  })
})

describe('a device whose clock is wrong', () => {
  it.each([
    ['a day fast', dayMs],
    ['a day slow', -dayMs],
    ['a year fast', 365 * dayMs],
  ])('by %s signs in all the same, and refreshes', async (_, offMs) => {
    const { provider, client, signIn } = await createProtocolScene({ epochMs: now * 1000 + offMs })
    provider.now = () => now
    provider.claims = { nbf: now }
    const tokens = await signIn()
    expect(tokens.claims).toMatchObject({ exp: now + 300 })
    // Lifetimes count by the device's own clock, right or wrong.
    expect(tokens.expiresAt).toBe(now * 1000 + offMs + 300_000)
    await expect(client.refresh(tokens)).resolves.toMatchObject({ claims: { sub: 'alice' } })
  })

  it('learns from a refreshed ID token too, should the clock be set after the sign-in', async () => {
    const epochMs = now * 1000 + dayMs
    const first = await createProtocolScene({ epochMs })
    first.provider.now = () => now
    const tokens = await first.signIn()
    const second = await createProtocolScene({ provider: first.provider, epochMs })
    first.provider.now = () => now
    await expect(second.client.refresh(tokens)).resolves.toMatchObject({ claims: { sub: 'alice' } })
  })

  it('is still known to be wrong after a refresh that says nothing of the time', async () => {
    const { provider, client, signIn } = await createProtocolScene({ epochMs: now * 1000 + dayMs })
    provider.now = () => now
    const tokens = await signIn()
    provider.onToken = ({ body }) => void Object.assign(body, { id_token: undefined })
    const { accessToken } = await client.refresh(tokens)
    const signed = await provider.sign({
      iss: provider.issuer,
      aud: 'app',
      sub: 'alice',
      iat: now,
      exp: now + 300,
    })
    provider.onRequest = ({ path }) =>
      path === '/userinfo'
        ? new Response(signed, { headers: { 'content-type': 'application/jwt' } })
        : undefined
    await expect(client.userInfo({ ...tokens, accessToken })).resolves.toMatchObject({
      claims: { sub: 'alice' },
    })
  })

  it('is still held to maxAge by the provider’s time', async () => {
    const scene = await createProtocolScene({ epochMs: now * 1000 + dayMs })
    scene.provider.now = () => now
    scene.provider.claims = { auth_time: now - 60 }
    await expect(scene.signIn({ maxAge: 60 })).resolves.toBeDefined()
    scene.provider.claims = { auth_time: now - 120 }
    expect(await scene.failure(scene.signIn({ maxAge: 60 }))).toMatchObject({
      code: 'reauthentication_required',
    })
  })

  it('does not excuse a token that was expired when it was issued', async () => {
    const scene = await createProtocolScene({ epochMs: now * 1000 + dayMs })
    scene.provider.now = () => now
    scene.provider.claims = { exp: now - 60 }
    expect(await failureOf(scene)).toMatchObject({ code: 'invalid_id_token' })
  })
})

describe('learnClockSkew', () => {
  const tokenOf = (iat: unknown): string => `e30.${encodePart({ iat })}.c2ln`

  it.each([
    [0, 0],
    [30, 0],
    [-30, 0],
    [31, 31],
    [-31, -31],
    [86_400, 86_400],
  ])('takes %i seconds between the clocks as a skew of %i', (apart, skew) => {
    expect(learnClockSkew(tokenOf(now + apart), now * 1000, 30)).toBe(skew)
  })

  it.each([
    undefined,
    null,
    7,
    {},
    '',
    'a.b',
    'a.*.c',
    tokenOf('now'),
    tokenOf(undefined),
    'e30.bnVsbA.c2ln',
    // {"iat":1e999}: there is no such moment.
    'e30.eyJpYXQiOjFlOTk5fQ.c2ln',
  ])('learns nothing from %j', (idToken) => {
    expect(learnClockSkew(idToken, now * 1000, 30)).toBe(0)
  })
})
