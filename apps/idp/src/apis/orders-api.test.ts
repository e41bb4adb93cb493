import { generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { alice, appOrigin, bob, signIn } from '../testing/app.ts'
import { useSharedIdp } from '../testing/shared-idp.ts'

const idp = useSharedIdp()

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
  fetch(idp.current.apiUrl + path, { method, headers: { origin: appOrigin, ...headers } })

it('shows its front door to everybody', async () => {
  const response = await ask('/')
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ protected: ['/me', '/orders', '/orders/*'] })
})

it('lists the orders of whose token it is, and nobody else’s', async () => {
  const idsOf = async (as: typeof alice): Promise<string[]> => {
    const { tokens } = await signIn(idp.current, { as })
    const response = await ask('/orders', { authorization: `Bearer ${tokens.access_token}` })
    const { orders } = (await response.json()) as { orders: readonly { id: string }[] }
    return orders.map(({ id }) => id)
  }
  expect(await idsOf(alice)).toEqual(['A-1001', 'A-1002', 'A-1003'])
  expect(await idsOf(bob)).toEqual(['A-1004', 'A-1005'])
})

it('says who calls, and until when', async () => {
  const { tokens } = await signIn(idp.current)

  const response = await ask('/me', { authorization: `Bearer ${tokens.access_token}` })
  const { expiresAt } = (await response.json()) as { expiresAt: string }
  const secondsLeft = (Date.parse(expiresAt) - Date.now()) / 1000
  expect(secondsLeft).toBeGreaterThan(290)
  expect(secondsLeft).toBeLessThanOrEqual(300)
})

it('places orders for whoever may, and says what a token lacks (RFC 6750 section 3.1)', async () => {
  const place = async ({ access_token }: { access_token: string }): Promise<Response> =>
    ask('/orders', { authorization: `Bearer ${access_token}` }, 'POST')
  const refused = await place((await signIn(idp.current)).tokens)
  expect(refused.status).toBe(403)
  expect(refused.headers.get('www-authenticate')).toMatch(
    /^Bearer error="insufficient_scope", .*scope="orders:write"/,
  )

  const { tokens } = await signIn(idp.current, { parameters: { scope: 'openid orders:write' } })
  const today = (): string => new Date().toISOString().slice(0, 10)
  const earliest = today()
  const placed = await place(tokens)
  expect(placed.status).toBe(201)
  const { placedOn, ...order } = (await placed.json()) as { placedOn: string }
  expect(order).toMatchObject({ id: 'A-1006', item: 'Brass key' })
  expect([earliest, today()]).toContain(placedOn)
})

describe('a request without a token', () => {
  it('gets a challenge without an error code (RFC 6750 section 3.1)', async () => {
    const response = await ask('/me')

    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer .*, DPoP algs="/)
    expect(response.headers.get('www-authenticate')).not.toContain('error')
    expect(response.headers.get('access-control-expose-headers')).toBe('WWW-Authenticate')
    expect(response.headers.get('access-control-allow-origin')).toBe(appOrigin)
  })
})

describe('a token that is no good', () => {
  it('gets invalid_token: not a token at all', async () => {
    const response = await ask('/me', { authorization: 'Bearer nonsense' })

    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token", error_descr/)
    expect(await response.json()).toMatchObject({ error: 'invalid_token' })
  })

  it('gets invalid_token: an ID token', async () => {
    const { tokens } = await signIn(idp.current)

    const response = await ask('/me', { authorization: `Bearer ${tokens.id_token}` })
    expect(response.status).toBe(401)
  })

  it('gets invalid_token: the right content signed by somebody else', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    const forged = await new SignJWT({ client_id: 'latchkey-demo' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .setIssuer(idp.current.issuer)
      .setAudience(idp.current.apiUrl)
      .setSubject('user-1001')
      .setExpirationTime('5m')
      .sign(privateKey)

    expect((await ask('/me', { authorization: `Bearer ${forged}` })).status).toBe(401)
  })
})

it('answers a preflight for the headers that an app sends', async () => {
  const response = await ask(
    '/orders',
    {
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization,dpop',
    },
    'OPTIONS',
  )

  expect(response.status).toBe(204)
  expect(response.headers.get('access-control-allow-origin')).toBe(appOrigin)
  expect(response.headers.get('access-control-allow-headers')).toBe('authorization,dpop')
})

it('lets no other origin read it', async () => {
  const response = await ask('/', { origin: 'https://elsewhere.example' })
  expect(response.headers.get('access-control-allow-origin')).toBeNull()
})

it('knows nothing else', async () => {
  expect((await ask('/nothing')).status).toBe(404)
  expect((await ask('/orders', {}, 'DELETE')).status).toBe(405)
})
