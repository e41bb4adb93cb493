import { describe, expect, it } from 'vitest'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { json } from '../../test/fake-provider.ts'
import { rejectionOf } from '../../test/pages.ts'
import { verifyProof } from '../../test/verify-proof.ts'
import type { Proofs } from '../protocol/binding.ts'
import type { HttpRequest } from '../protocol/http.ts'
import { createProofs } from './proofs.ts'

const url = 'https://api.example/orders?page=2'
const server = { issuer: 'https://id.example', dpop_signing_alg_values_supported: ['ES256'] }

async function withKey(): Promise<{ proofs: Proofs; keyId: string }> {
  const proofs = createProofs(true, { platform: createFakePlatform(), name: 'test', rests: 'session' })
  const { keyId = '' } = (await proofs.create(server)) ?? {}
  return { proofs, keyId }
}

/** Makes requests whose answers are in the test's hands. @returns what the proofs of each said */
async function exchange(
  { proofs, keyId }: { proofs: Proofs; keyId: string },
  answers: Response[],
  to: string = url,
): Promise<{ response: Response; nonces: unknown[]; ids: unknown[] }> {
  const sent: Record<string, unknown>[] = []
  const response = await proofs.send(keyId, { method: 'GET', url: to, accessToken: 't' }, async (proof) => {
    sent.push((await verifyProof(proof)).claims)
    return answers.shift() ?? new Response('fine')
  })
  return { response, nonces: sent.map(({ nonce }) => nonce), ids: sent.map(({ jti }) => jti) }
}

const wants = (nonce?: string, challenge = 'DPoP error="use_dpop_nonce"'): Response =>
  new Response('', {
    status: 401,
    headers: { 'www-authenticate': challenge, ...(nonce !== undefined && { 'dpop-nonce': nonce }) },
  })

describe('the nonce of a server (RFC 9449 §8, §9, API-04, TOK-10)', () => {
  it('is in the proof of the same request once more, and of all that follow', async () => {
    const scene = await withKey()
    const first = await exchange(scene, [wants('n1')])
    expect([first.response.status, first.nonces]).toEqual([200, [undefined, 'n1']])
    // A new proof each time.
    expect(new Set(first.ids).size).toBe(2)
    expect((await exchange(scene, [])).nonces).toEqual(['n1'])
  })

  it('is taken from any answer', async () => {
    const scene = await withKey()
    await exchange(scene, [new Response('', { headers: { 'dpop-nonce': 'n2' } })])
    expect((await exchange(scene, [])).nonces).toEqual(['n2'])
  })

  it('is that server’s own', async () => {
    const scene = await withKey()
    await exchange(scene, [wants('n1')])
    expect((await exchange(scene, [], 'https://other.example/')).nonces).toEqual([undefined])
    expect((await exchange(scene, [], 'https://api.example:8443/')).nonces).toEqual([undefined])
    expect((await exchange(scene, [], 'https://api.example/else')).nonces).toEqual(['n1'])
  })

  it('is tried once: what is refused again is the caller’s to see', async () => {
    const scene = await withKey()
    const { response, nonces } = await exchange(scene, [wants('n1'), wants('n2'), wants('n3')])
    expect([response.status, nonces]).toEqual([401, [undefined, 'n1']])
    // What came with that answer counts as well: it may be one that nobody wants any more, and this goes on with it.
    expect((await exchange(scene, [wants('n4')])).nonces).toEqual(['n2', 'n4'])
    // And is not tried where it is the one that was just refused.
    expect((await exchange(scene, [wants('n4')])).nonces).toEqual(['n4'])
  })

  it('is got by many requests at once, each of which is repeated', async () => {
    const scene = await withKey()
    const all = await Promise.all([1, 2, 3].map(() => exchange(scene, [wants('n1')])))
    expect(all.map(({ response }) => response.status)).toEqual([200, 200, 200])
  })

  it.each([
    'dpop error="use_dpop_nonce"',
    'Bearer, DPoP error="use_dpop_nonce", algs="ES256"',
    'DPoP algs="ES256", error=use_dpop_nonce',
  ])('is asked for in whatever words: %s', async (challenge) => {
    expect((await exchange(await withKey(), [wants('n1', challenge)])).nonces).toEqual([undefined, 'n1'])
  })

  it('is asked for by an answer without a body too, and one that has a body is not read on', async () => {
    const headers = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'n1' }
    const empty = new Response(null, { status: 401, headers })
    expect((await exchange(await withKey(), [empty])).nonces).toEqual([undefined, 'n1'])
    let isCancelled = false
    const endless = new ReadableStream({
      cancel() {
        isCancelled = true
      },
    })
    await exchange(await withKey(), [new Response(endless, { status: 401, headers })])
    expect(isCancelled).toBe(true)
  })

  it('is asked for by a provider in the body (§8)', async () => {
    const refusal = json(400, { error: 'use_dpop_nonce' }, { 'dpop-nonce': 'n1' })
    expect((await exchange(await withKey(), [refusal])).nonces).toEqual([undefined, 'n1'])
  })

  it.each([
    ['another error', json(400, { error: 'invalid_grant' }, { 'dpop-nonce': 'n1' })],
    ['another challenge', wants('n1', 'DPoP error="invalid_token"')],
    ['a challenge for Bearer', wants('n1', 'Bearer error="use_dpop_nonce"')],
    ['no JSON', new Response('x', { status: 400, headers: { 'dpop-nonce': 'n1' } })],
    ['JSON that is nothing', json(400, null, { 'dpop-nonce': 'n1' })],
    ['an answer that is no refusal', json(200, { error: 'use_dpop_nonce' }, { 'dpop-nonce': 'n1' })],
    [
      'an answer that lets the request in',
      new Response('x', {
        headers: { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'n1' },
      }),
    ],
  ])('is not asked for by %s', async (_, answer) => {
    const { nonces, response } = await exchange(await withKey(), [answer])
    expect(nonces).toHaveLength(1)
    expect(response.bodyUsed).toBe(false)
  })

  it('cannot be read where the server does not expose it, and the error says what to do', async () => {
    const scene = await withKey()
    const error = await rejectionOf(exchange(scene, [wants()]))
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'nonce_unreadable' })
    expect(error.message).toContain('Access-Control-Expose-Headers: DPoP-Nonce')
  })
})

describe('the time in a proof (RFC 9449 §4.2)', () => {
  it('is whole seconds by the device’s clock, where nobody has said that it is off', async () => {
    const platform = createFakePlatform()
    await platform.advance(1999)
    const proofs = createProofs(true, { platform, name: 'test', rests: 'session' })
    const { keyId = '' } = (await proofs.create(server)) ?? {}
    let said: Record<string, unknown> = {}
    await proofs.send(keyId, { method: 'GET', url }, async (proof) => {
      said = (await verifyProof(proof)).claims
      return new Response()
    })
    expect(said.iat).toBe(1_800_000_001)
  })
})

describe('the keys of a client', () => {
  it.each([
    ['a session that other tabs look for', 'session', true],
    ['a sign-in alone', 'sign-in', false],
  ] as const)('are there for other tabs where they rest for %s: %s', async (_, rests, isShared) => {
    const proofs = createProofs(true, { platform: createFakePlatform(), name: 'test', rests })
    const { keyId = '', isKept } = (await proofs.create(server)) ?? {}
    expect(isKept).toBe(true)
    expect(proofs.isShared(keyId)).toBe(isShared)
    expect(proofs.isShared('another')).toBe(false)
  })

  it('are not there for other tabs where nothing can be kept', async () => {
    const platform = createFakePlatform()
    platform.browser.blockDurable()
    const proofs = createProofs(true, { platform, name: 'test', rests: 'session' })
    const { keyId = '', isKept } = (await proofs.create(server)) ?? {}
    expect(isKept).toBe(false)
    expect(proofs.isShared(keyId)).toBe(false)
  })

  it('are that client’s own, whatever others there are in the same browser', async () => {
    const platform = createFakePlatform()
    const open = (name: string): Proofs => createProofs(true, { platform, name, rests: 'session' })
    const { keyId = '' } = (await open('one').create(server)) ?? {}
    expect(await open('one').has(keyId)).toBe(true)
    expect(await open('other').has(keyId)).toBe(false)
  })
})

describe('a key that is gone', () => {
  it('sends nothing (REF-09)', async () => {
    const { proofs } = await withKey()
    let attempts = 0
    const sending = proofs.send('other', { method: 'GET', url }, async () => {
      attempts += 1
      return new Response()
    })
    expect(await rejectionOf(sending)).toMatchObject({ name: 'SignInRequiredError', code: 'session_lost' })
    expect(attempts).toBe(0)
  })
})

describe('requests to the provider', () => {
  async function bound(): Promise<{
    send(url: string, request: HttpRequest): Promise<Headers>
    keyId: string
  }> {
    const { proofs, keyId } = await withKey()
    return {
      keyId,
      async send(to, request) {
        let headers = new Headers()
        const http = async (_url: string, sent: HttpRequest): Promise<Response> => {
          headers = new Headers(sent.headers)
          return new Response('{}')
        }
        await proofs.bind(http, keyId, () => 7)(to, request)
        return headers
      },
    }
  }

  it('carry a proof where they ask for tokens, with no hash of any (API-03), by the time that the provider has', async () => {
    const { send, keyId } = await bound()
    const headers = await send('https://id.example/token', { method: 'POST', headers: { accept: 'a' } })
    const { claims, thumbprint } = await verifyProof(headers.get('dpop') ?? '')
    expect(claims).toMatchObject({ htm: 'POST', htu: 'https://id.example/token', iat: 1_800_000_007 })
    expect(claims).not.toHaveProperty('ath')
    expect(thumbprint).toBe(keyId)
    expect(headers.get('accept')).toBe('a')
  })

  it('carry the hash of the token that they show, in the scheme that it has', async () => {
    const { send } = await bound()
    const headers = await send('https://id.example/userinfo', {
      method: 'GET',
      headers: { authorization: 'Bearer secret' },
    })
    expect(headers.get('authorization')).toBe('DPoP secret')
    expect((await verifyProof(headers.get('dpop') ?? '')).claims.ath).toBeTypeOf('string')
  })

  it('carry nothing where they fetch what is for everybody: many servers would fail the preflight', async () => {
    const { send } = await bound()
    expect([...(await send('https://id.example/jwks', { method: 'GET' }))]).toEqual([])
  })
})

describe('a server that does not know DPoP', () => {
  const create = (required: boolean, algorithms?: unknown): ReturnType<Proofs['create']> =>
    createProofs(required, { platform: createFakePlatform(), name: 'test', rests: 'session' }).create({
      issuer: 'https://id.example',
      ...(algorithms !== undefined && { dpop_signing_alg_values_supported: algorithms as string[] }),
    })

  it('gets no proof where none is required: its preflight might fail', async () => {
    expect(await create(false)).toBeUndefined()
    expect(await create(false, ['RS256'])).toBeUndefined()
    expect(await create(false, ['ES256'])).toBeDefined()
  })

  it('gets one where it says nothing, and is told so where it wants another kind', async () => {
    expect(await create(true)).toBeDefined()
    expect(await rejectionOf(create(true, ['RS256']))).toMatchObject({ code: 'binding_unsupported' })
  })
})
