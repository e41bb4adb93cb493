import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createFakeBrowser } from '../test/fake-browser.ts'
import { createFakePlatform, type FakePlatform, settle } from '../test/fake-platform.ts'
import { createFakeProvider, type FakeProvider } from '../test/fake-provider.ts'
import { createFakeVault, type FakeVault } from '../test/fake-vault.ts'
import { expectNoSecrets } from '../test/no-secrets.ts'
import { rejectionOf } from '../test/pages.ts'
import { until } from '../test/until.ts'
import { type AuthClient, createAuthClient, type Identified, type LoadUser } from './index.ts'

interface Person extends Identified {
  readonly login: string
}

interface Page {
  readonly auth: AuthClient<Person>
  readonly platform: FakePlatform
}

interface PlainApp {
  readonly provider: FakeProvider
  readonly time: FakePlatform
  readonly vault: FakeVault
  /** With which tokens, and in which order, the app has asked who it is. */
  readonly asked: string[]
  /** What it has sent with the `fetch` that it was given. */
  readonly sent: Request[]
  load: LoadUser<unknown>
  open(href?: string, stored?: Map<string, string>): Page
  /** Signs in and comes back, with whatever comes of it. */
  signIn(): Promise<Page & { readonly result: Promise<unknown> }>
}

/** An app at a server like those that came before OpenID Connect: opaque tokens without an end, and an API for the rest. */
async function createPlainApp(more: object = {}): Promise<PlainApp> {
  const provider = await createFakeProvider('https://server.example')
  const browser = createFakeBrowser()
  const time = createFakePlatform()
  const vault = createFakeVault({ browser, clock: time.clock, fetch: provider.fetch })
  provider.expiresIn = undefined
  provider.onToken = ({ body }) => {
    if (typeof body === 'object') for (const name of ['id_token', 'refresh_token']) delete body[name]
  }
  const app: PlainApp = {
    provider,
    time,
    vault,
    asked: [],
    sent: [],
    load: async () => ({ sub: '7', login: 'octo' }),
    open(href = 'https://app.example/', stored = new Map()) {
      const made = createFakePlatform({
        browser,
        fetch: provider.fetch,
        href,
        stored,
        send: async (request) => {
          app.sent.push(request)
          return Response.json({ id: 7 })
        },
      })
      const platform = { ...made, clock: time.clock }
      const auth = createAuthClient({
        clientId: 'app',
        redirectUri: '/callback',
        endpoints: {
          authorization: 'https://server.example/auth',
          token: 'https://server.example/token',
          revocation: 'https://server.example/revoke',
        },
        platform,
        loadUser: (token, fetch) => {
          app.asked.push(token)
          return app.load(token, fetch) as Promise<Person>
        },
        ...more,
        ...('vault' in more && { vault: { worker: vault.createWorker } }),
      })
      return { auth, platform }
    },
    async signIn() {
      const left = app.open()
      await left.auth.login()
      const back = app.open(provider.signIn(left.platform.visited[0] ?? ''), left.platform.stored)
      back.auth.start()
      const result = back.auth.handleCallback()
      result.catch(() => undefined) // looked at by the test
      return { ...back, result }
    },
  }
  return app
}

/** Somebody signs in, and opens the app in another tab. */
async function openTwo(kind: object): Promise<{ app: PlainApp; auth: Page['auth']; other: Page }> {
  const app = await createPlainApp(kind)
  const { auth, result } = await app.signIn()
  await result
  const other = app.open()
  other.auth.start()
  await until(() => other.auth.getState().status === 'authenticated')
  return { app, auth, other }
}

describe.each([
  ['in the page’s memory', {}],
  ['in a vault', { vault: true }],
])('a plain OAuth 2.0 server that is asked by "loadUser", with the tokens %s', (_, kind) => {
  it('is asked once, with the access token, and says who it is', async () => {
    const app = await createPlainApp(kind)
    const { auth, result } = await app.signIn()
    await result
    expect(auth.getState()).toEqual({
      status: 'authenticated',
      reason: 'signed_in',
      user: { sub: '7', login: 'octo' },
    })
    expect(app.asked).toEqual([await auth.getAccessToken()])
    // Nor by the page that was left, should it still be there.
    await settle()
    expect(app.asked).toHaveLength(1)
    app.vault.close()
  })

  it('is asked for JSON, with a form (providers: GitHub answers with a form otherwise)', async () => {
    const app = await createPlainApp(kind)
    await (await app.signIn()).result
    const [request] = app.provider.seen.filter(({ path }) => path === '/token')
    expect(new Headers(request?.init.headers).get('accept')).toBe('application/json')
    app.vault.close()
  })

  it('need not be asked again by another tab', async () => {
    const { app, auth, other } = await openTwo(kind)
    expect(other.auth.getState()).toMatchObject({ reason: 'restored', user: auth.getState().user })
    expect(app.asked).toHaveLength(1)
    app.vault.close()
  })

  it('is asked again by refreshUser(), for every tab', async () => {
    const { app, auth, other } = await openTwo(kind)
    app.load = async () => ({ sub: '7', login: 'renamed' })
    await app.time.advance(1000)
    await expect(auth.refreshUser()).resolves.toEqual({ sub: '7', login: 'renamed' })
    await until(() => other.auth.getState().user?.login === 'renamed')
    expect(auth.getState()).toMatchObject({ reason: 'user_changed', user: { login: 'renamed' } })
    app.vault.close()
  })

  it('ends the sign-in where it does not say who it is, and nobody is signed in', async () => {
    const app = await createPlainApp(kind)
    app.load = async (token) => {
      throw new Error(`401 for ${token}`)
    }
    const { auth, result } = await app.signIn()
    const error = await rejectionOf(result)
    expect(error).toMatchObject({ name: 'NetworkError', code: 'user_not_loaded' })
    expect(error.message).toContain('401 for [removed]')
    expectNoSecrets(error, app.provider.secrets)
    expect(auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'sign_in_failed', error })
    await expect(auth.getAccessToken()).rejects.toMatchObject({ code: 'not_signed_in' })
    await until(() => app.provider.count('/revoke') === 1)
    app.vault.close()
  })

  it.each([[undefined], [null], ['7'], [{}], [{ sub: 7 }], [{ sub: '' }]])(
    'ends the sign-in where it says %j, which is nobody',
    async (user) => {
      const app = await createPlainApp(kind)
      app.load = async () => user
      const { result } = await app.signIn()
      const error = await rejectionOf(result)
      expect(error).toMatchObject({ name: 'ConfigurationError', code: 'claims_rejected' })
      expect(error.message).toMatch(/"loadUser".*"sub"/)
      app.vault.close()
    },
  )
})

describe('option "loadUser"', () => {
  it('gives what the app expects, where it says so with "claims"', async () => {
    const claims = z.object({ sub: z.string(), login: z.string(), admin: z.boolean().default(false) })
    const app = await createPlainApp({ claims })
    const { auth, result } = await app.signIn()
    await result
    expect(auth.getState().user).toEqual({ sub: '7', login: 'octo', admin: false })
  })

  it('fails the sign-in where "claims" does not fit', async () => {
    const app = await createPlainApp({ claims: z.object({ sub: z.string(), login: z.string().max(3) }) })
    const { result } = await app.signIn()
    const error = await rejectionOf(result)
    expect(error).toMatchObject({ code: 'claims_rejected' })
    expect(error.message).toContain('at "login"')
  })

  it('is given a fetch without cookies, which sends what it is told to and no more', async () => {
    const app = await createPlainApp()
    app.load = async (token, fetch) => {
      const response = await fetch('https://server.example/api/user', { headers: { 'x-token': token } })
      const { id } = await response.json()
      return { sub: String(id), login: 'octo' }
    }
    const { auth, result } = await app.signIn()
    await result
    expect(auth.getState().user?.sub).toBe('7')
    const [request] = app.sent
    expect(request?.credentials).toBe('omit')
    expect([...(request?.headers ?? [])]).toEqual([['x-token', await auth.getAccessToken()]])
  })

  it('may take as long as a request may, and no longer', async () => {
    const app = await createPlainApp()
    app.load = () => new Promise(() => undefined)
    const { auth, result } = await app.signIn()
    await until(() => app.asked.length === 1)
    await app.time.advance(10_000)
    expect(await rejectionOf(result)).toMatchObject({ name: 'NetworkError', code: 'timeout' })
    expect(auth.getState().reason).toBe('sign_in_failed')
  })

  it('has what it sends stopped when its time is over, or when it stops that itself', async () => {
    const app = await createPlainApp()
    const own = new AbortController()
    app.load = async (_token, fetch) => {
      await fetch('https://server.example/api/user')
      await fetch('https://server.example/api/team', { signal: own.signal })
      return new Promise(() => undefined)
    }
    const { result } = await app.signIn()
    await until(() => app.sent.length === 2)
    const stopped = (): boolean[] => app.sent.map(({ signal }) => signal.aborted)
    expect(stopped()).toEqual([false, false])
    own.abort()
    expect(stopped()).toEqual([false, true])
    await app.time.advance(10_000)
    await rejectionOf(result)
    expect(stopped()).toEqual([true, true])
  })

  it('leaves no timer behind', async () => {
    const app = await createPlainApp()
    const { result } = await app.signIn()
    await result
    expect(app.time.timerCount()).toBe(0)
  })

  it('is said to have failed with what it failed with, but for the token', async () => {
    const app = await createPlainApp()
    app.load = async (token) => {
      throw new RangeError(`Nobody has ${token}.`)
    }
    const { result } = await app.signIn()
    const error = await rejectionOf(result)
    expect(error).toMatchObject({ code: 'user_not_loaded', cause: { name: 'RangeError' } })
    expect(app.asked).toHaveLength(1)
    expectNoSecrets([error.message, error.cause], app.asked)
  })

  it('describes the person in every tab as JSON can', async () => {
    const app = await createPlainApp()
    app.load = async () => ({ sub: '7', since: new Date(0), nothing: undefined })
    const { auth, result } = await app.signIn()
    await result
    expect(auth.getState().user).toEqual({ sub: '7', since: '1970-01-01T00:00:00.000Z' })
  })
})

describe('a plain OAuth 2.0 server without "loadUser"', () => {
  it('cannot be asked who it is, and says what to do', async () => {
    const app = await createPlainApp({ loadUser: undefined })
    const { auth, result } = await app.signIn()
    await result
    const error = await rejectionOf(auth.refreshUser())
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'no_user_info' })
    expect(error.message).toContain('"loadUser"')
  })
})
