import { describe, expect, it, onTestFinished } from 'vitest'
import { createFakeApp, decided, type FakeApp, type Tab } from '../test/fake-app.ts'
import { settle } from '../test/fake-platform.ts'
import { json } from '../test/fake-provider.ts'
import { createFakeVault, type FakeVault } from '../test/fake-vault.ts'
import { inTime } from '../test/in-time.ts'
import { rejectionOf } from '../test/pages.ts'
import { until } from '../test/until.ts'
import { passOn, windowOf } from '../test/windows.ts'
import type { AuthState, OpenIdOptions, Platform, User } from './index.ts'
import { loginWithPopup } from './popup/index.ts'

/** An app that asks UserInfo, and is still open in an older version that does not. */
interface TwoVersions extends FakeApp {
  readonly vault: FakeVault
  readonly older: Partial<OpenIdOptions>
  readonly newer: Partial<OpenIdOptions>
}

const kinds: [string, { vault?: boolean }][] = [
  ['in the page’s memory', {}],
  ['in a vault', { vault: true }],
]

async function createTwoVersions(
  { vault: isInVault }: { vault?: boolean },
  { send, sealed = false }: { send?: Platform['send']; sealed?: boolean } = {},
): Promise<TwoVersions> {
  const app = await createFakeApp()
  const vault = createFakeVault({ browser: app.browser, clock: app.clock, fetch: app.provider.fetch, send })
  onTestFinished(vault.close)
  const older = {
    apis: ['https://api.example'],
    ...(isInVault && { vault: { worker: vault.createWorker, sealed } }),
  }
  app.provider.userInfo = { email: 'alice@example.com' }
  return {
    ...app,
    vault,
    signIn: (page) => app.signIn({ ...page, ...(send && { send }) }),
    older,
    newer: { ...older, userInfo: true },
  }
}

/** Alice has signed in in a tab of the newer version. */
async function signedIn(kind: { vault?: boolean }): Promise<{ app: TwoVersions; tab: Tab }> {
  const app = await createTwoVersions(kind)
  return { app, tab: await app.signIn({ options: app.newer }) }
}

/** Somebody signs in in a tab of the older version. */
async function signInElsewhere(app: TwoVersions, sub = 'bob'): Promise<Tab> {
  app.provider.claims = { sub }
  return app.signIn({ options: app.older })
}

/** Every question to UserInfo waits for its answer from now on. */
function holdUserInfo({ provider }: Pick<FakeApp, 'provider'>): ((answer?: Response) => void)[] {
  const asked: ((answer?: Response) => void)[] = []
  provider.onRequest = ({ path }) =>
    path === '/userinfo' ? new Promise<never>((resolve) => void asked.push(resolve as never)) : undefined
  return asked
}

/** UserInfo has been asked so often, and by every page that is going to: in a vault they share a question. */
async function untilAsked(asked: readonly unknown[], times = 1): Promise<void> {
  await until(() => asked.length >= times)
  await settle()
}

/** Every state that a page goes through from now on. */
function statesOf({ auth }: Tab): AuthState<User>[] {
  const states: AuthState<User>[] = []
  auth.on('state', ({ state }) => states.push(state))
  return states
}

const isOf = ({ auth }: Tab, sub: string): boolean => auth.getState().user?.sub === sub

describe.each(kinds)(
  'a page that finds a session whose person UserInfo has yet to name, with the tokens %s',
  (_, kind) => {
    it('is of nobody where another tab signs out meanwhile', async () => {
      const app = await createTwoVersions(kind)
      const other = await app.signIn({ options: app.older })
      const asked = holdUserInfo(app)
      const tab = app.load({ options: app.newer })
      await untilAsked(asked)
      await other.auth.logout({ local: true })
      await settle()
      asked[0]?.()
      expect(await decided(tab)).toEqual({ status: 'unauthenticated', reason: 'signed_out' })
      expect(app.provider.count('/userinfo')).toBe(1)
    })

    it('says what is in the way, and shows them once that is over', async () => {
      const app = await createTwoVersions(kind)
      const other = await app.signIn({ options: app.older })
      app.provider.onRequest = ({ path }) => (path === '/userinfo' ? json(503, {}) : undefined)
      const tab = app.load({ options: app.newer })
      expect(await decided(tab)).toMatchObject({
        status: 'unauthenticated',
        reason: 'restore_failed',
        error: { code: 'server_unavailable' },
      })
      expect(await rejectionOf(tab.auth.getAccessToken())).toMatchObject({ code: 'server_unavailable' })
      expect(app.provider.count('/userinfo')).toBe(1)
      app.provider.onRequest = () => undefined
      tab.platform.wake('online')
      await until(() => tab.auth.getState().status === 'authenticated')
      expect(tab.auth.getState()).toMatchObject({ reason: 'restored', user: { email: 'alice@example.com' } })
      await expect(tab.auth.getAccessToken()).resolves.toBe(await other.auth.getAccessToken())
    })

    it('is of whoever has signed in meanwhile', async () => {
      const app = await createTwoVersions(kind)
      await app.signIn({ options: app.older })
      const asked = holdUserInfo(app)
      const tab = app.load({ options: app.newer })
      const states = statesOf(tab)
      await untilAsked(asked)
      await signInElsewhere(app)
      await settle()
      asked[0]?.(json(200, { sub: 'alice' }))
      await untilAsked(asked, 2)
      asked[1]?.()
      await until(() => isOf(tab, 'bob'))
      await settle()
      expect(states.map(({ reason, user }) => [reason, user?.sub])).toEqual([['restored', 'bob']])
    })

    it('tells whose call is about to be answered in the name of somebody else', async () => {
      const app = await createTwoVersions(kind)
      await app.signIn({ options: app.older })
      const tab = app.load({ options: app.newer })
      expect(await decided(tab)).toMatchObject({ reason: 'restored', user: { sub: 'alice' } })
      const asked = holdUserInfo(app)
      await signInElsewhere(app)
      await untilAsked(asked)
      const token = rejectionOf(tab.auth.getAccessToken())
      await settle()
      asked[0]?.()
      expect(await token).toMatchObject({ code: 'subject_changed' })
      expect(tab.auth.getState()).toMatchObject({ reason: 'signed_in_elsewhere', user: { sub: 'bob' } })
    })
  },
)

describe.each(kinds)('a page whose session another tab has replaced, with the tokens %s', (_, kind) => {
  it('asks nothing where the other tab knows who it is', async () => {
    const { app, tab } = await signedIn(kind)
    const states = statesOf(tab)
    app.provider.claims = { sub: 'bob' }
    await app.signIn({ options: app.newer })
    await until(() => isOf(tab, 'bob'))
    expect(states.map(({ reason, user }) => [reason, user?.email])).toEqual([
      ['signed_in_elsewhere', 'alice@example.com'],
    ])
    expect(app.provider.count('/userinfo')).toBe(2)
  })

  it('does not show them before it is known who they are, and then gives their token', async () => {
    const { app, tab } = await signedIn(kind)
    const states = statesOf(tab)
    const asked = holdUserInfo(app)
    const other = await signInElsewhere(app)
    await untilAsked(asked)
    expect(isOf(tab, 'alice')).toBe(true)
    asked[0]?.()
    await until(() => isOf(tab, 'bob'))
    expect(states.map(({ reason, user }) => [reason, user?.sub, user?.email])).toEqual([
      ['signed_in_elsewhere', 'bob', 'alice@example.com'],
    ])
    await expect(tab.auth.getAccessToken()).resolves.toBe(await other.auth.getAccessToken())
  })

  it('holds nothing of it where it does not become known whose it is, and leaves it to the other tab', async () => {
    const { app, tab } = await signedIn(kind)
    const asked = holdUserInfo(app)
    const other = await signInElsewhere(app)
    await untilAsked(asked)
    const waiting = rejectionOf(tab.auth.getAccessToken())
    await settle()
    asked[0]?.(json(403, {}))
    await until(() => tab.auth.getState().status !== 'authenticated')
    expect(tab.auth.getState()).toMatchObject({
      status: 'unauthenticated',
      reason: 'subject_changed',
      error: { code: 'user_info_failed' },
    })
    expect(await waiting).toMatchObject({ code: 'not_signed_in' })
    expect(await rejectionOf(tab.auth.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
    expect(tab.auth.explain().session).toBeUndefined()
    expect(tab.auth.sessionEndsAt()).toBeUndefined()
    const token = await other.auth.getAccessToken()
    await expect(other.auth.getAccessToken({ forceRefresh: true })).resolves.not.toBe(token)
    expect(other.auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'bob' } })
    expect(app.provider.count('/revoke')).toBe(0)
  })

  it('shows them after all once it is known', async () => {
    const { app, tab } = await signedIn(kind)
    const asked = holdUserInfo(app)
    await signInElsewhere(app)
    await untilAsked(asked)
    asked[0]?.(json(403, {}))
    await until(() => tab.auth.getState().status === 'unauthenticated')
    app.provider.onRequest = () => undefined
    tab.platform.wake('visible')
    await until(() => isOf(tab, 'bob'))
    expect(tab.auth.getState()).toMatchObject({
      reason: 'signed_in_elsewhere',
      user: { email: 'alice@example.com' },
    })
  })

  it('does not go on as who it was either where it was frozen meanwhile', async () => {
    const { app, tab } = await signedIn(kind)
    tab.close()
    await signInElsewhere(app)
    app.provider.onRequest = ({ path }) => (path === '/userinfo' ? json(403, {}) : undefined)
    tab.start()
    tab.platform.wake('resumed')
    await until(() => tab.auth.getState().status !== 'authenticated')
    expect(tab.auth.getState()).toMatchObject({
      reason: 'subject_changed',
      error: { code: 'user_info_failed' },
    })
  })

  it('goes on to the last of two, and never shows the one in between', async () => {
    const { app, tab } = await signedIn(kind)
    const states = statesOf(tab)
    const asked = holdUserInfo(app)
    await signInElsewhere(app)
    await untilAsked(asked)
    const token = rejectionOf(tab.auth.getAccessToken())
    await signInElsewhere(app, 'carol')
    await settle()
    asked[0]?.(json(403, {}))
    await untilAsked(asked, 2)
    asked[1]?.()
    await until(() => isOf(tab, 'carol'))
    expect(await token).toMatchObject({ code: 'subject_changed' })
    await settle()
    expect(states.map(({ reason, user }) => [reason, user?.sub])).toEqual([['signed_in_elsewhere', 'carol']])
    expect(asked).toHaveLength(2)
  })

  it('hears of a token that is renewed meanwhile once it is known whose it is', async () => {
    const { app, tab } = await signedIn(kind)
    const states = statesOf(tab)
    const refreshes: unknown[] = []
    tab.auth.on('refreshed', (event) => refreshes.push(event))
    const asked = holdUserInfo(app)
    const other = await signInElsewhere(app)
    await untilAsked(asked)
    await app.advance(1000)
    await other.auth.getAccessToken({ forceRefresh: true })
    await settle()
    expect([states, refreshes]).toEqual([[], []])
    asked[0]?.()
    await until(() => refreshes.length > 0)
    expect(states).toMatchObject([{ reason: 'signed_in_elsewhere', user: { sub: 'bob' } }])
    expect(refreshes).toEqual([{ accessTokenExpiresAt: app.nowMs() + 300_000 }])
    expect(asked).toHaveLength(1)
  })

  it('is of nobody where another tab signs out before it is known whose it is', async () => {
    const { app, tab } = await signedIn(kind)
    const states = statesOf(tab)
    const asked = holdUserInfo(app)
    const other = await signInElsewhere(app)
    await untilAsked(asked)
    await other.auth.logout({ local: true })
    await settle()
    asked[0]?.()
    await settle()
    expect(states).toEqual([{ status: 'unauthenticated', reason: 'signed_out_elsewhere' }])
    expect(asked).toHaveLength(1)
  })

  it('has not forgotten whose calls it makes for a refresh that failed before', async () => {
    const { app, tab } = await signedIn(kind)
    app.provider.onToken = (answer, form) => {
      if (form.get('grant_type') === 'refresh_token') answer.status = 503
    }
    const failed = new Promise((resolve) => tab.auth.on('refresh_failed', resolve))
    await rejectionOf(tab.auth.getAccessToken({ forceRefresh: true }))
    await failed
    const asked = holdUserInfo(app)
    await signInElsewhere(app)
    await untilAsked(asked)
    const token = rejectionOf(tab.auth.getAccessToken())
    asked[0]?.()
    expect(await token).toMatchObject({ code: 'subject_changed' })
  })

  it('lets whoever waits for a token give up', async () => {
    const { app, tab } = await signedIn(kind)
    const asked = holdUserInfo(app)
    await signInElsewhere(app)
    await untilAsked(asked)
    const stop = new AbortController()
    const token = tab.auth.getAccessToken({ signal: stop.signal })
    stop.abort(new Error('Enough.'))
    await expect(token).rejects.toThrow('Enough.')
  })

  it('shows who has signed in here as who has, and who has been described since as described', async () => {
    const { app, tab } = await signedIn(kind)
    const asked = holdUserInfo(app)
    await signInElsewhere(app)
    await untilAsked(asked)
    const states = statesOf(tab)
    const signingIn = loginWithPopup(tab.auth)
    app.provider.onRequest = () => undefined
    app.provider.claims = { sub: 'carol' }
    passOn(app.browser, app.provider.signIn((await windowOf(tab)).url))
    await signingIn
    asked[0]?.(json(403, {}))
    await settle()
    const other = app.load({ options: app.newer })
    await decided(other)
    app.provider.userInfo = { email: 'carol@example.com' }
    await other.auth.refreshUser()
    await until(() => states.length > 1)
    expect(states.map(({ reason, user }) => [reason, user?.sub, user?.email])).toEqual([
      ['signed_in', 'carol', 'alice@example.com'],
      ['user_changed', 'carol', 'carol@example.com'],
    ])
  })
})

it('looks again for a sign-in that the next vault has not found, though the page still shows who was there before', async () => {
  const { app, tab } = await signedIn({ vault: true })
  app.vault.crash()
  app.provider.claims = { sub: 'bob' }
  // Of a version without a vault, and frozen.
  const other = await app.signIn()
  other.close()
  const asks = app.count('ask')
  tab.platform.wake('visible')
  await inTime(
    tab.platform,
    until(() => app.count('ask') > asks),
  )
  // None of the other tabs answers.
  await app.advance(3000)
  expect(isOf(tab, 'alice')).toBe(true)
  other.start()
  tab.platform.wake('visible')
  await inTime(
    tab.platform,
    until(() => isOf(tab, 'bob')),
  )
})

it('goes on with whoever is shown where the next vault was not told who that is, and UserInfo is down', async () => {
  const app = await createTwoVersions({ vault: true })
  const other = await app.signIn()
  const asked = holdUserInfo(app)
  const tab = app.load({ options: app.newer })
  await untilAsked(asked)
  // Frozen when it would have heard.
  other.close()
  asked[0]?.()
  await decided(tab)
  await settle()
  other.start()
  app.vault.crash()
  app.provider.onRequest = ({ path }) => (path === '/userinfo' ? json(503, {}) : undefined)
  const states = statesOf(tab)
  const before = await other.auth.getAccessToken()
  const token = await inTime(tab.platform, tab.auth.getAccessToken({ forceRefresh: true }))
  expect(token).not.toBe(before)
  await settle()
  const count = app.provider.count('/userinfo')
  await expect(tab.auth.getAccessToken()).resolves.toBe(token)
  expect(app.provider.count('/userinfo')).toBe(count)
  expect(states).toEqual([])
  expect(tab.auth.getState()).toMatchObject({ user: { email: 'alice@example.com' } })
})

describe.each(kinds)(
  'a call of nobody’s while UserInfo has yet to name who has signed in in another tab, with the tokens %s',
  (_, kind) => {
    it.each<[string, (tab: Tab, app: TwoVersions) => Promise<unknown>]>([
      ['here', ({ auth }) => auth.logout({ local: true })],
      [
        'in another tab',
        async (tab, app) => {
          const other = app.load({ options: app.older })
          await decided(other)
          await other.auth.logout({ local: true })
          await until(() => tab.auth.getState().status === 'unauthenticated')
        },
      ],
    ])('is answered with their token, whoever has signed out %s before', async (_where, signOut) => {
      const { app, tab } = await signedIn(kind)
      await signOut(tab, app)
      const asked = holdUserInfo(app)
      const other = await signInElsewhere(app)
      await untilAsked(asked)
      const token = tab.auth.getAccessToken()
      await settle()
      asked[0]?.()
      await expect(token).resolves.toBe(await other.auth.getAccessToken())
      expect(tab.auth.getState()).toMatchObject({ reason: 'signed_in_elsewhere', user: { sub: 'bob' } })
    })
  },
)

it.each<[string, { vault?: boolean }]>([
  ['by the page', {}],
  ['by a sealed vault', { vault: true }],
])(
  'sends nothing %s that was asked in the name of who is shown with the token of who is about to be',
  async (_, kind) => {
    const sent: (string | null)[] = []
    const app = await createTwoVersions(kind, {
      sealed: true,
      send: async ({ headers }) => {
        sent.push(headers.get('authorization'))
        return new Response('[]')
      },
    })
    const tab = await app.signIn({ options: app.newer })
    const asked = holdUserInfo(app)
    await signInElsewhere(app)
    await untilAsked(asked)
    expect(isOf(tab, 'alice')).toBe(true)
    const answered = rejectionOf(tab.auth.fetch('https://api.example/orders', { method: 'POST' }))
    await settle()
    asked[0]?.()
    expect(await answered).toMatchObject({ code: 'subject_changed' })
    expect(sent).toEqual([])
    await until(() => isOf(tab, 'bob'))
    expect((await tab.auth.fetch('https://api.example/orders')).status).toBe(200)
  },
)
