import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { createFakeApp, decided, type FakeApp, type Tab } from '../test/fake-app.ts'
import { settle } from '../test/fake-platform.ts'
import { json } from '../test/fake-provider.ts'
import { createFakeVault } from '../test/fake-vault.ts'
import { destinationOf, rejectionOf } from '../test/pages.ts'
import { until } from '../test/until.ts'
import { passOn, windowOf } from '../test/windows.ts'
import type { AuthState, OpenIdOptions, User } from './index.ts'
import { loginWithPopup } from './popup/index.ts'

const withUserInfo: Partial<OpenIdOptions> = { userInfo: true }

/** Somebody signs in, and UserInfo says more of them than the ID token does. */
async function signedIn(
  options: Partial<OpenIdOptions> = withUserInfo,
  userInfo: Record<string, unknown> = { email: 'alice@example.com' },
): Promise<{ app: FakeApp; tab: Tab }> {
  const app = await createFakeApp({ options })
  app.provider.userInfo = userInfo
  return { app, tab: await app.signIn() }
}

/** Every state that a page goes through from now on. */
function statesOf({ auth }: Tab): AuthState<User>[] {
  const states: AuthState<User>[] = []
  auth.on('state', ({ state }) => states.push(state))
  return states
}

describe('a sign-in with option "userInfo"', () => {
  it('says of the person what the ID token and UserInfo say (OpenID Connect Core §5.3)', async () => {
    const { app, tab } = await signedIn()
    expect(tab.auth.getState()).toMatchObject({
      status: 'authenticated',
      reason: 'signed_in',
      user: { sub: 'alice', name: 'Alice', email: 'alice@example.com' },
    })
    expect(app.provider.count('/userinfo')).toBe(1)
  })

  it.each([{}, { idleTimeoutSeconds: 900 }])('asks nothing without that option: %j', async (options) => {
    const { app, tab } = await signedIn(options)
    expect(tab.auth.getState().user).not.toHaveProperty('email')
    expect(app.provider.count('/userinfo')).toBe(0)
  })

  it('believes UserInfo about the person, and about nothing else', async () => {
    const forged = {
      name: 'Al',
      iss: 'https://evil.example',
      acr: 'gold',
      auth_time: 9,
      amr: ['otp'],
      sid: 's',
    }
    const { tab } = await signedIn(withUserInfo, { ...forged, aud: 'other', exp: 1, nonce: 'n' })
    expect(tab.auth.getState().user).toEqual({ iss: 'https://id.example', sub: 'alice', name: 'Al' })
    expect(tab.auth.satisfies({ acrValues: ['gold'] })).toBe(false)
  })

  it('lets the schema of option "claims" see all of it', async () => {
    const claims = z.object({ sub: z.string(), email: z.email() })
    const { tab } = await signedIn({ ...withUserInfo, claims: claims as never })
    expect(tab.auth.getState().user).toEqual({ sub: 'alice', email: 'alice@example.com' })
  })

  it('is the same person in another tab and after a reload, and nobody is asked again', async () => {
    const { app, tab } = await signedIn()
    const other = app.load()
    await decided(other)
    expect(other.auth.getState().user).toEqual(tab.auth.getState().user)
    const again = app.reload(tab)
    await decided(again)
    expect(again.auth.getState()).toMatchObject({
      reason: 'restored',
      user: { email: 'alice@example.com' },
    })
    expect(app.provider.count('/userinfo')).toBe(1)
  })

  it('asks for a session that began without it', async () => {
    const app = await createFakeApp()
    app.provider.userInfo = { email: 'alice@example.com' }
    await app.signIn()
    const newer = app.load({ options: withUserInfo })
    await decided(newer)
    expect(newer.auth.getState()).toMatchObject({ reason: 'restored', user: { email: 'alice@example.com' } })
  })

  it.each([
    ['is about another person', () => json(200, { sub: 'bob' }), 'invalid_user_info'],
    ['is refused', () => json(403, { error: 'insufficient_scope' }), 'user_info_failed'],
    ['does not come', () => json(503, {}), 'server_unavailable'],
  ])('fails where UserInfo %s: no session, and no tokens that linger', async (_, answer, code) => {
    const app = await createFakeApp({ options: withUserInfo })
    const left = app.open()
    await left.auth.login()
    const href = app.provider.signIn(destinationOf(left).href)
    app.provider.onRequest = ({ path }) => (path === '/userinfo' ? answer() : undefined)
    const back = app.open({ href, stored: left.platform.stored })
    const error = await rejectionOf(back.auth.handleCallback())
    expect(error).toMatchObject({ code, returnTo: '/' })
    expect(back.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'sign_in_failed', error })
    await until(() => app.provider.count('/revoke') === 1)
    expect(app.browser.storage.keys()).toEqual([])
    await expect(back.auth.getAccessToken()).rejects.toMatchObject({ code: 'not_signed_in' })
  })

  it('does not show the person of another tab’s sign-in before it is known who they are', async () => {
    const { app, tab } = await signedIn()
    app.provider.claims = { sub: 'bob', name: 'Bob' }
    // Of a version of the app that does not ask.
    const older = await app.signIn({ options: { userInfo: false } })
    const states = statesOf(tab)
    const token = tab.auth.getAccessToken()
    await until(() => tab.auth.getState().user?.sub === 'bob')
    expect(states.map(({ reason, user }) => [reason, user?.sub, user?.email])).toEqual([
      ['signed_in_elsewhere', 'bob', 'alice@example.com'],
    ])
    await token.catch(() => undefined) // asked for by one person, and perhaps answered for the other
    await expect(tab.auth.getAccessToken()).resolves.toBe(await older.auth.getAccessToken())
  })

  it('goes on as nobody where it does not become known who has signed in in another tab', async () => {
    const { app, tab } = await signedIn()
    app.provider.claims = { sub: 'bob', name: 'Bob' }
    app.provider.onRequest = ({ path }) => (path === '/userinfo' ? json(403, {}) : undefined)
    await app.signIn({ options: { userInfo: false } })
    await until(() => tab.auth.getState().status !== 'authenticated')
    expect(tab.auth.getState()).toMatchObject({
      status: 'unauthenticated',
      reason: 'subject_changed',
      error: { code: 'user_info_failed' },
    })
  })

  it.each([
    ['in the page’s memory', {}],
    ['in a vault', { vault: true }],
  ])(
    'holds nothing then of a session that is not theirs, with the tokens %s, and leaves it to the other tab',
    async (_, kind) => {
      const { app, tab, other } = await nobodyKnown(kind)
      expect(await rejectionOf(tab.auth.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
      expect(tab.auth.explain().session).toBeUndefined()
      expect(tab.auth.sessionEndsAt()).toBeUndefined()
      const token = await other.auth.getAccessToken()
      await expect(other.auth.getAccessToken({ forceRefresh: true })).resolves.not.toBe(token)
      expect(other.auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'bob' } })
      expect(app.provider.count('/revoke')).toBe(0)
    },
  )

  it('keeps whoever has signed in here meanwhile', async () => {
    const { app, tab } = await signedIn()
    let answer = (_: Response): void => undefined
    app.provider.claims = { sub: 'bob', name: 'Bob' }
    app.provider.onRequest = ({ path }) =>
      path === '/userinfo'
        ? new Promise<Response>((resolve) => {
            answer = resolve
            app.provider.onRequest = () => undefined
          })
        : undefined
    await app.signIn({ options: { userInfo: false } })
    await until(() => app.provider.count('/userinfo') === 2)
    const signingIn = loginWithPopup(tab.auth)
    app.provider.claims = { sub: 'carol', name: 'Carol' }
    passOn(app.browser, app.provider.signIn((await windowOf(tab)).url))
    await signingIn
    answer(json(403, {}))
    await settle()
    expect(tab.auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'carol' } })
    await expect(tab.auth.getAccessToken()).resolves.toMatch(/^SENTINEL/)
  })

  it('shows them after all once it is known who they are', async () => {
    const { app, tab, other } = await nobodyKnown({})
    app.provider.onRequest = () => undefined
    await other.auth.getAccessToken({ forceRefresh: true })
    await until(() => tab.auth.getState().status === 'authenticated')
    expect(tab.auth.getState()).toMatchObject({
      reason: 'signed_in_elsewhere',
      user: { sub: 'bob', email: 'alice@example.com' },
    })
  })
})

/** Bob has signed in in a tab of an older version of the app, and Alice's tab cannot find out who that is. */
async function nobodyKnown(kind: { vault?: boolean }): Promise<{ app: FakeApp; tab: Tab; other: Tab }> {
  const app = await createFakeApp()
  const vault = createFakeVault({ browser: app.browser, clock: app.clock, fetch: app.provider.fetch })
  onTestFinished(vault.close)
  const options = kind.vault ? { vault: { worker: vault.createWorker } } : {}
  app.provider.userInfo = { email: 'alice@example.com' }
  const tab = await app.signIn({ options: { ...options, ...withUserInfo } })
  app.provider.claims = { sub: 'bob', name: 'Bob' }
  app.provider.onRequest = ({ path }) => (path === '/userinfo' ? json(403, {}) : undefined)
  const other = await app.signIn({ options: { ...options, userInfo: false } })
  await until(() => tab.auth.getState().status === 'unauthenticated')
  return { app, tab, other }
}

it('tells of a refresh, and of what went wrong, where it is still not known who is signed in', async () => {
  const app = await createFakeApp()
  const vault = createFakeVault({ browser: app.browser, clock: app.clock, fetch: app.provider.fetch })
  onTestFinished(vault.close)
  const options = { vault: { worker: vault.createWorker } }
  const older = await app.signIn({ options })
  app.provider.onRequest = ({ path }) => (path === '/userinfo' ? json(503, {}) : undefined)
  const newer = app.load({ options: { ...options, ...withUserInfo } })
  expect(await decided(newer)).toMatchObject({ reason: 'restore_failed' })
  const told: unknown[] = []
  newer.auth.on('refreshed', ({ accessTokenExpiresAt }) => told.push(accessTokenExpiresAt))
  newer.auth.on('error', ({ error, during }) => told.push([error.code, during]))
  await app.advance(1000)
  await older.auth.getAccessToken({ forceRefresh: true })
  await until(() => told.length > 1)
  expect(told).toEqual([['server_unavailable', 'refresh'], app.nowMs() + 300_000])
})

describe('refreshUser()', () => {
  it('asks again, changes the state once, and gives who it is now', async () => {
    const { app, tab } = await signedIn()
    const states = statesOf(tab)
    app.provider.userInfo = { email: 'alice@example.org' }
    const user = await tab.auth.refreshUser()
    expect(user).toMatchObject({ sub: 'alice', name: 'Alice', email: 'alice@example.org' })
    expect(states).toEqual([{ status: 'authenticated', reason: 'user_changed', user }])
    expect(tab.auth.getState().user).toBe(user)
  })

  it('changes nothing where nothing has changed', async () => {
    const { tab } = await signedIn()
    const before = tab.auth.getState()
    await expect(tab.auth.refreshUser()).resolves.toEqual(before.user)
    expect(tab.auth.getState()).toBe(before)
  })

  it('is one request, however many ask', async () => {
    const { app, tab } = await signedIn()
    await Promise.all(Array.from({ length: 10 }, () => tab.auth.refreshUser()))
    expect(app.provider.count('/userinfo')).toBe(2)
  })

  it('works without option "userInfo", and is kept through a refresh of the token', async () => {
    const { app, tab } = await signedIn({})
    await tab.auth.refreshUser()
    await tab.auth.getAccessToken({ forceRefresh: true })
    expect(tab.auth.getState().user?.email).toBe('alice@example.com')
    expect(app.provider.count('/userinfo')).toBe(1)
  })

  it('tells the other tabs, and is no new access token to them', async () => {
    const { app, tab } = await signedIn()
    const other = app.load()
    await decided(other)
    const states = statesOf(other)
    let refreshes = 0
    other.auth.on('refreshed', () => {
      refreshes += 1
    })
    app.provider.userInfo = { email: 'alice@example.org' }
    const user = await tab.auth.refreshUser()
    await until(() => states.length > 0)
    expect(states).toEqual([{ status: 'authenticated', reason: 'user_changed', user }])
    expect(refreshes).toBe(0)
  })

  it('leaves everything as it was where UserInfo cannot be had, or is of somebody else', async () => {
    const { app, tab } = await signedIn()
    const before = tab.auth.getState()
    app.provider.userInfo = { sub: 'bob' }
    expect(await rejectionOf(tab.auth.refreshUser())).toMatchObject({ code: 'invalid_user_info' })
    app.provider.onRequest = () => {
      throw new TypeError('Failed to fetch')
    }
    expect(await rejectionOf(tab.auth.refreshUser())).toMatchObject({ code: 'network_failed' })
    expect(tab.auth.getState()).toBe(before)
    await expect(tab.auth.getAccessToken()).resolves.toMatch(/^SENTINEL/)
  })

  it('refuses who does not fit option "claims", and goes on with who did', async () => {
    const claims = z.object({ sub: z.string(), email: z.email() })
    const { app, tab } = await signedIn({ ...withUserInfo, claims: claims as never })
    const before = tab.auth.getState()
    app.provider.userInfo = { email: 'none' }
    const error = await rejectionOf(tab.auth.refreshUser())
    expect(error).toMatchObject({ code: 'claims_rejected' })
    expect(error.message).toContain('at "email"')
    expect(tab.auth.getState()).toBe(before)
  })

  it('is refused where nobody is signed in, and asks nothing', async () => {
    const app = await createFakeApp()
    const tab = app.load()
    expect(await rejectionOf(tab.auth.refreshUser())).toMatchObject({ code: 'not_signed_in' })
    await settle()
    expect(app.provider.seen).toEqual([])
  })
})

it('sends nothing that was asked in the name of who is shown with the token of who is about to be', async () => {
  const sent: (string | null)[] = []
  const app = await createFakeApp({ options: { ...withUserInfo, apis: ['https://api.example'] } })
  const send = async ({ headers }: Request): Promise<Response> => {
    sent.push(headers.get('authorization'))
    return new Response('[]')
  }
  const tab = await app.signIn({ send })
  app.provider.claims = { sub: 'bob' }
  await app.signIn({ options: { userInfo: false } })
  const asked: ((answer: undefined) => void)[] = []
  app.provider.onRequest = ({ path }) =>
    path === '/userinfo' ? new Promise<never>((resolve) => void asked.push(resolve as never)) : undefined
  await until(() => asked.length > 0)
  expect(tab.auth.getState().user?.sub).toBe('alice')
  const answered = rejectionOf(tab.auth.fetch('https://api.example/orders', { method: 'POST' }))
  await settle()
  for (const goOn of asked) goOn(undefined)
  expect(await answered).toMatchObject({ code: 'subject_changed' })
  expect(sent).toEqual([])
  await until(() => tab.auth.getState().user?.sub === 'bob')
  expect((await tab.auth.fetch('https://api.example/orders')).status).toBe(200)
})
