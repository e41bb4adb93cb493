import type { IncomingMessage } from 'node:http'
import type { JWTPayload } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Authenticate } from './access-token.ts'
import { createAuthenticate } from './access-token.ts'
import { accessTokenAlgorithm, generateSigningKeys, publicKeySet } from './signing-keys.ts'
import type { KeyHolder } from './testing/key-holder.ts'
import { createKeyHolder, signJwt } from './testing/key-holder.ts'

const issuer = 'http://localhost:1000'
const audience = 'http://localhost:1001'

let authenticate: Authenticate
let signToken: (claims?: Record<string, unknown>, header?: { typ?: string }) => Promise<string>
let holder: KeyHolder

beforeAll(async () => {
  const keys = await generateSigningKeys()
  const key = keys.find(({ alg }) => alg === accessTokenAlgorithm)
  if (!key) throw new Error('No key signs access tokens.')
  authenticate = createAuthenticate({ issuer, audience, keySet: publicKeySet(keys), ownUrl: audience })
  holder = await createKeyHolder()
  signToken = (claims = {}, header = {}) =>
    signJwt(
      {
        iss: issuer,
        aud: audience,
        sub: 'user-1001',
        client_id: 'latchkey-demo',
        exp: inSeconds(60),
        ...claims,
      },
      { key, typ: 'at+jwt', ...header },
    )
})

const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds

function request(
  headers: Record<string, string>,
  { method = 'GET', url = '/me?page=2' } = {},
): IncomingMessage {
  return { method, url, headers } as unknown as IncomingMessage
}

describe('a Bearer token', () => {
  it('names the caller', async () => {
    const token = await signToken({ scope: 'openid email' })

    const caller = await authenticate(request({ authorization: `bearer ${token}` }))
    expect(caller).toMatchObject({ subject: 'user-1001', clientId: 'latchkey-demo' })
    expect([...caller.scopes]).toEqual(['openid', 'email'])
  })

  it.each([
    ['expired', { exp: 1 }, 'is expired'],
    ['from another issuer', { iss: 'http://localhost:2000' }, 'wrong iss'],
    ['for another API', { aud: 'http://localhost:2001' }, 'wrong aud'],
    ['without an end', { exp: undefined }, 'wrong exp'],
  ])('is refused when it is %s', async (_case, claims, reason) => {
    const token = await signToken(claims)

    await expect(authenticate(request({ authorization: `Bearer ${token}` }))).rejects.toMatchObject({
      code: 'invalid_token',
      message: expect.stringContaining(reason),
    })
  })

  it('is refused when it is another kind of JWT (RFC 9068 section 4)', async () => {
    const token = await signToken({}, { typ: 'JWT' })

    await expect(authenticate(request({ authorization: `Bearer ${token}` }))).rejects.toThrow('wrong typ')
  })

  it('is refused when it is bound to a key (RFC 9449 section 7.2)', async () => {
    const token = await signToken({ cnf: { jkt: holder.thumbprint } })

    await expect(authenticate(request({ authorization: `Bearer ${token}` }))).rejects.toMatchObject({
      code: 'invalid_token',
    })
  })
})

describe('a DPoP-bound token', () => {
  async function send(proofClaims: JWTPayload = {}, by: KeyHolder = holder): Promise<unknown> {
    const token = await signToken({ cnf: { jkt: holder.thumbprint } })
    const dpop = await by.prove({ htm: 'GET', htu: `${audience}/me`, token, ...proofClaims })
    return authenticate(request({ authorization: `DPoP ${token}`, dpop }))
  }

  it('is taken with a proof by its key', async () => {
    await expect(send()).resolves.toMatchObject({ subject: 'user-1001' })
  })

  it.each([
    ['another method', { htm: 'POST' }, 'another method'],
    ['another URL', { htu: `${audience}/orders` }, 'another URL'],
    ['another token', { ath: 'AAAA' }, 'another access token'],
    ['a time long ago', { iat: 1 }, 'not fresh'],
  ])('is refused with a proof for %s', async (_case, claims, reason) => {
    await expect(send(claims)).rejects.toMatchObject({
      code: 'invalid_dpop_proof',
      message: expect.stringContaining(reason),
    })
  })

  it('is refused with a proof by another key', async () => {
    await expect(send({}, await createKeyHolder())).rejects.toThrow('signed by another key')
  })

  it('is refused without a proof', async () => {
    const token = await signToken({ cnf: { jkt: holder.thumbprint } })

    await expect(authenticate(request({ authorization: `DPoP ${token}` }))).rejects.toMatchObject({
      code: 'invalid_dpop_proof',
    })
  })

  it('is refused with a proof that was used before', async () => {
    const jti = 'only-once'
    await send({ jti })

    await expect(send({ jti })).rejects.toThrow('used before')
  })

  it('must be bound: a plain token does not become one', async () => {
    const token = await signToken()

    await expect(authenticate(request({ authorization: `DPoP ${token}` }))).rejects.toMatchObject({
      code: 'invalid_token',
    })
  })
})
