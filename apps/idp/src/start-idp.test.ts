import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { decodeJwt } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { PortTakenError } from './loopback-server.ts'
import type { Idp } from './start-idp.ts'
import { startIdp } from './start-idp.ts'
import { appOrigin, appOrigins, bob, createApp, signIn } from './testing/app.ts'

const running: Idp[] = []

async function start(options: Partial<Parameters<typeof startIdp>[0]> = {}): Promise<Idp> {
  const idp = await startIdp({ port: 0, apiPort: 0, appOrigins, ...options })
  running.push(idp)
  return idp
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((idp) => idp.stop()))
})

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
)

const portOf = (url: string): number => Number(new URL(url).port)

describe('going down', () => {
  it('refuses connections, and coming up again knows the same sessions, grants and keys', async () => {
    const idp = await start()
    const { app, browser, tokens } = await signIn(idp)
    const keysBefore = await (await fetch(`${idp.issuer}/jwks`)).text()

    await idp.goDown()
    await expect(fetch(`${idp.issuer}/jwks`)).rejects.toThrow('fetch failed')
    expect((await fetch(idp.apiUrl)).status).toBe(200)

    await idp.comeUp()
    expect(await (await fetch(`${idp.issuer}/jwks`)).text()).toBe(keysBefore)
    expect((await app.refresh(tokens.refresh_token)).status).toBe(200)
    const silent = await browser.open(app.authorizationUrl({ prompt: 'none' }))
    expect(silent.url.searchParams.has('code')).toBe(true)
  })

  it('cuts requests that wait for an answer', async () => {
    const idp = await start()
    idp.addFault({ path: '/jwks', hang: true })
    const waiting = fetch(`${idp.issuer}/jwks`)
    waiting.catch(() => {})
    await expect.poll(() => idp.requests).toMatchObject([{ path: '/jwks', status: 0 }])

    await idp.goDown()
    await expect(waiting).rejects.toThrow('fetch failed')
  })
})

describe('revoking grants', () => {
  it('refuses the refresh tokens of today and takes those of a new login', async () => {
    const idp = await start()
    const { app, browser, tokens } = await signIn(idp)

    await idp.revokeGrants()
    const refused = await app.refresh(tokens.refresh_token)
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ error: 'invalid_grant' })

    const silent = await browser.open(app.authorizationUrl({ prompt: 'none' }))
    const fresh = await app.redeem(silent)
    expect((await app.refresh(fresh.refresh_token)).status).toBe(200)
  })
})

describe('the request log', () => {
  it('says what was asked, and never the query or the body', async () => {
    const idp = await start()
    const { app, tokens } = await signIn(idp)
    await app.refresh(tokens.refresh_token)
    await app.refresh('nonsense')
    await fetch(`${idp.apiUrl}/orders?secret=1`)

    const tokenRequests = idp.requests.filter(({ path }) => path === '/token')
    expect(tokenRequests).toMatchObject([
      { server: 'idp', method: 'POST', status: 200, grantType: 'authorization_code' },
      { server: 'idp', method: 'POST', status: 200, grantType: 'refresh_token' },
      { server: 'idp', method: 'POST', status: 400, grantType: 'refresh_token' },
    ])
    expect(idp.requests.at(-1)).toMatchObject({ server: 'api', path: '/orders', status: 401 })
    expect(JSON.stringify(idp.requests)).not.toContain('wonderland')
    expect(JSON.stringify(idp.requests)).not.toContain('secret')

    idp.clearRequests()
    expect(idp.requests).toEqual([])
  })
})

describe('a provider on another site than the app', () => {
  it('is known by the other name of this machine, and signs people in by it', async () => {
    const idp = await start({ host: '127.0.0.1' })
    expect(idp.issuer).toBe(`http://127.0.0.1:${portOf(idp.issuer)}`)
    expect(new URL(idp.apiUrl).hostname).toBe('localhost')

    const metadata = await fetch(`${idp.issuer}/.well-known/openid-configuration`)
    expect(await metadata.json()).toMatchObject({
      issuer: idp.issuer,
      authorization_endpoint: `${idp.issuer}/auth`,
      token_endpoint: `${idp.issuer}/token`,
    })
    const { app, tokens } = await signIn(idp)
    expect(decodeJwt(tokens.id_token).iss).toBe(idp.issuer)
    expect((await app.refresh(tokens.refresh_token)).status).toBe(200)
    const me = await fetch(`${idp.apiUrl}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    })
    expect(me.status).toBe(200)
  })
})

describe('several providers', () => {
  it('keep their sessions apart in one browser, which has one cookie jar for all ports of localhost', async () => {
    const [one, other] = await Promise.all([start(), start()])
    const { app, browser } = await signIn(one)

    const elsewhere = await browser.open(createApp(other).authorizationUrl())
    await browser.press(elsewhere, 'Sign in', bob)
    const silent = await browser.open(app.authorizationUrl({ prompt: 'none' }))
    const tokens = await app.redeem(silent)
    expect(decodeJwt(tokens.id_token).sub).toBe('user-1001')
  })

  it('do not know each other', async () => {
    const [one, other] = await Promise.all([start(), start()])
    const { tokens } = await signIn(one)

    const elsewhere = await createApp(other).refresh(tokens.refresh_token)
    expect(await elsewhere.json()).toMatchObject({ error: 'invalid_grant' })
    const api = await fetch(`${other.apiUrl}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    })
    expect(api.status).toBe(401)
  })
})

describe('a port that is taken', () => {
  it('is named, with what to do', async () => {
    const idp = await start()
    const port = portOf(idp.issuer)

    await expect(startIdp({ port, apiPort: 0, appOrigins })).rejects.toMatchObject({
      name: 'PortTakenError',
      taken: [{ port }],
      message: expect.stringMatching(new RegExp(`^Port ${port} is taken\\. Stop .* IDP_PORT=.* port: 0`)),
    })
  })

  it('is one that follows the provider’s, and is named with all the others', async () => {
    const { idp, port } = await startOnFollowingPorts()
    const { issuer, apiUrl, stockUrl, paymentsUrl, plainUrl } = idp
    const ports = [port, port + 1, port + 2, port + 3, port + 4]
    expect([issuer, apiUrl, stockUrl, paymentsUrl, plainUrl].map(portOf)).toEqual(ports)

    const error = await startIdp({ port, appOrigins }).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(PortTakenError)
    const { message } = error as PortTakenError
    expect(message).toContain(ports.map((number) => `Port ${number} is taken.`).join(' '))
    expect(message).toContain(
      `IDP_PORT=${port + 100} API_PORT=${port + 101} STOCK_PORT=${port + 102} ` +
        `PAYMENTS_PORT=${port + 103} PLAIN_PORT=${port + 104} on the command line`,
    )
  })

  it('leaves nothing listening when it is the second one', async () => {
    const idp = await start()
    const free = await freePort()

    await expect(startIdp({ port: free, apiPort: portOf(idp.apiUrl), appOrigins })).rejects.toThrow(
      'API_PORT=',
    )
    await expect(fetch(`http://localhost:${free}`)).rejects.toThrow('fetch failed')
  })

  it.each([
    ['stockPort', 'STOCK_PORT'],
    ['paymentsPort', 'PAYMENTS_PORT'],
    ['plainPort', 'PLAIN_PORT'],
  ])('is named when it is that of another server: %s', async (option, variable) => {
    const idp = await start()
    const port = portOf(idp.issuer)

    const starting = startIdp({ port: 0, apiPort: 0, appOrigins, [option]: port })
    await expect(starting).rejects.toThrow(new RegExp(`^Port ${port} is taken.* ${variable}=.* ${option}: 0`))
  })

  it.skipIf(!hasIpv6)('counts as taken when another program has only its IPv6 half', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen({ port: 0, host: '::1' }, resolve))
    const port = portOfServer(server)

    await expect(startIdp({ port, apiPort: 0, appOrigins })).rejects.toThrow(`Port ${port} is taken`)
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow('fetch failed')
    server.close()
  })
})

describe('options', () => {
  it('wants origins, not addresses', async () => {
    await expect(start({ appOrigins: [`${appOrigin}/callback`] })).rejects.toThrow(`as in ${appOrigin}`)
    await expect(start({ appOrigins: [] })).rejects.toThrow('say where the app runs')
  })

  it('wants whole positive lifetimes', async () => {
    await expect(start({ accessTokenSeconds: 0.5 })).rejects.toThrow('accessTokenSeconds must be')
  })
})

/** Five ports in a row that nobody has: how many there are in a row cannot be asked, only tried. */
async function startOnFollowingPorts(): Promise<{ idp: Idp; port: number }> {
  const port = 20_000 + Math.floor(Math.random() * 10_000)
  try {
    const idp = await startIdp({ port, appOrigins })
    running.push(idp)
    return { idp, port }
  } catch (error) {
    if (error instanceof PortTakenError) return startOnFollowingPorts()
    throw error
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve))
  const port = portOfServer(server)
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}

function portOfServer(server: Server): number {
  return (server.address() as AddressInfo).port
}
