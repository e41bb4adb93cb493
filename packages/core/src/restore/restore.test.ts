import { describe, expect, it, vi } from 'vitest'
import {
  answerFrame,
  createFakeApp,
  decided,
  type FakeApp,
  frameOf,
  letNobodyAnswer,
  sameSite,
  type Tab,
} from '../../test/fake-app.ts'
import { settle } from '../../test/fake-platform.ts'
import { inTime } from '../../test/in-time.ts'
import { expectNoSecrets } from '../../test/no-secrets.ts'
import { until } from '../../test/until.ts'
import { signInToVault } from '../../test/vault-app.ts'
import { createAuthClient } from '../index.ts'

/** What is noted about the session for every tab. */
function noted({ browser }: FakeApp): unknown {
  const key = browser.storage.keys().find((name) => name.endsWith('.session'))
  return JSON.parse(browser.storage.get(key ?? '') ?? 'null')
}

/** For a page that must not make one. */
function noVault(): never {
  throw new Error('A worker was made.')
}

const restoring = { status: 'loading', reason: 'restoring' }

describe('somebody who was never here', () => {
  it('is signed out in the first frame, at no cost: no request, frame, message or write (pain 1)', async () => {
    const app = await createFakeApp(sameSite)
    const tab = app.open()
    const writes = [vi.spyOn(app.browser.storage, 'set'), vi.spyOn(tab.platform.session, 'set')]
    expect(tab.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    tab.start()
    await tab.auth.ready()
    for (const cause of ['visible', 'online', 'restored', 'resumed'] as const) tab.platform.wake(cause)
    await settle()
    expect([app.provider.seen, app.browser.messages, tab.platform.frames]).toEqual([[], [], []])
    for (const write of writes) expect(write).not.toHaveBeenCalled()
    expect([app.timerCount(), tab.platform.visited]).toEqual([0, []])
    expect(tab.auth.explain()).toMatchObject({ restore: [], keeper: undefined })
  })
})

describe('somebody who may be signed in', () => {
  it.each([
    ['memory', {}],
    ['vault', { vault: { worker: noVault } }],
  ])(
    'has the code on its way once the state is read, and nothing is done with it: %s',
    async (kind, options) => {
      const app = await createFakeApp(sameSite)
      await app.signIn()
      const asked = [app.provider.seen.length, app.browser.messages.length, app.timerCount()]
      const tab = app.open({ options })
      const writes = [vi.spyOn(app.browser.storage, 'set'), vi.spyOn(tab.platform.session, 'set')]
      expect(tab.auth.getState()).toEqual(restoring)
      await vi.waitFor(() => expect(tab.auth.explain().keeper).toEqual({ kind }))
      expect([app.provider.seen.length, app.browser.messages.length, app.timerCount()]).toEqual(asked)
      for (const write of writes) expect(write).not.toHaveBeenCalled()
      expect([tab.platform.frames, tab.platform.visited]).toEqual([[], []])
      expect(tab.auth.getState()).toEqual(restoring)
    },
  )
})

describe('a page that is loaded where somebody was signed in', () => {
  it('begins with looking for the session, and hydration begins with what the server said', async () => {
    const app = await createFakeApp()
    const { auth } = app.reload(await app.signIn())
    expect(auth.getState()).toEqual(restoring)
    expect(auth.getServerState()).toEqual({ status: 'loading', reason: 'starting' })
  })

  it('is handed the session by another tab, and asks the provider nothing', async () => {
    const app = await createFakeApp(sameSite)
    const first = await app.signIn()
    const before = app.provider.seen.length
    const second = app.load()
    expect(await decided(second)).toEqual({
      status: 'authenticated',
      reason: 'restored',
      user: first.auth.getState().user,
    })
    await expect(second.auth.getAccessToken()).resolves.toBe(await first.auth.getAccessToken())
    expect([app.provider.seen.length, second.platform.frames]).toEqual([before, []])
    expect(second.auth.explain()).toMatchObject({
      sentence: 'Signed in: the session was found again, because another tab handed it over.',
      restore: [{ rung: 'tab', outcome: 'restored', tookMs: 0 }],
    })
  })

  it('is handed it by the vault, which the other tabs need not be asked for', async () => {
    const app = await createFakeApp(sameSite)
    const { vault, options } = await signInToVault(app)
    const next = app.load({ options })
    expect(await inTime(next.platform, decided(next))).toMatchObject({ reason: 'restored' })
    expect(next.auth.explain()).toMatchObject({
      sentence: 'Signed in: the session was found again, because the vault had kept it.',
      restore: [{ rung: 'vault', outcome: 'restored' }],
    })
    vault.close()
  })

  it.each([20])(
    'is handed it at every one of %s reloads, and no secret is stored or posted (invariant 9)',
    async (times) => {
      const app = await createFakeApp()
      await app.signIn()
      const before = app.provider.seen.length
      let tab = app.load()
      for (let round = 0; round < times; round++) {
        expect(await decided(tab)).toMatchObject({ status: 'authenticated', reason: 'restored' })
        tab = app.reload(tab)
      }
      expect(app.provider.seen.length).toBe(before)
      const stored = app.browser.storage.keys().map((key) => [key, app.browser.storage.get(key)])
      expectNoSecrets([stored, app.browser.messages, tab.auth.explain()], app.provider.secrets)
    },
  )

  it.each<[string, (tab: Tab) => Promise<unknown>]>([
    ['ready()', ({ auth }) => auth.ready()],
    ['getAccessToken()', ({ auth }) => auth.getAccessToken()],
    ['requireSession()', ({ auth }) => auth.requireSession()],
    ['getAccessToken() and ready()', ({ auth }) => Promise.all([auth.getAccessToken(), auth.ready()])],
  ])('gets it back without start() where somebody calls %s', async (_, call) => {
    const app = await createFakeApp()
    await app.signIn()
    const tab = app.open()
    await call(tab)
    expect(tab.auth.getState()).toMatchObject({ status: 'authenticated', reason: 'restored' })
    expect(tab.platform.visited).toEqual([])
  })

  it('looks once, however often it is started, stopped and asked (pain 5, StrictMode)', async () => {
    const app = await createFakeApp()
    await app.signIn()
    const tab = app.open()
    tab.auth.start()()
    const stops = [tab.auth.start(), tab.auth.start()]
    await Promise.all([tab.auth.ready(), tab.auth.ready(), tab.auth.getAccessToken()])
    expect(app.count('ask')).toBe(1)
    for (const stop of stops) stop()
    expect(tab.platform.listenerCount()).toBe(0)
  })

  it('is signed out, and will not look again, where nothing is left of the session', async () => {
    const app = await createFakeApp()
    const tab = app.reload(await app.signIn())
    await letNobodyAnswer(app)
    expect(await decided(tab)).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    expect(tab.auth.explain().restore).toEqual([
      { rung: 'tab', outcome: 'nothing', tookMs: 200 },
      { rung: 'frame', outcome: 'skipped', why: 'not_configured', tookMs: 0 },
      { rung: 'redirect', outcome: 'skipped', why: 'not_configured', tookMs: 0 },
    ])
    const asked = app.count('ask')
    expect(app.reload(tab).auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    await settle()
    expect(app.count('ask')).toBe(asked)
  })

  it.each<[string, (tab: Tab) => Promise<unknown>]>([
    ['signed out', ({ auth }) => auth.logout()],
    [
      'lost the session to the provider',
      ({ auth, provider }) => {
        provider.onToken = (answer) =>
          void Object.assign(answer, { status: 400, body: { error: 'invalid_grant' } })
        return auth.getAccessToken({ forceRefresh: true }).catch(() => undefined)
      },
    ],
  ])('asks nobody where the person has %s', async (_, end) => {
    const app = await createFakeApp({ ...sameSite, options: {} })
    const tab = await app.signIn()
    await end(tab)
    await settle()
    tab.close()
    const [requests, messages] = [app.provider.seen.length, app.browser.messages.length]
    const next = app.load()
    expect(next.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    await next.auth.ready()
    await settle()
    expect([app.provider.seen.length, app.browser.messages.length]).toEqual([requests, messages])
    expect(next.platform.frames).toEqual([])
  })

  it('waits until it is opened where it is loaded ahead of time: nothing happens before', async () => {
    const app = await createFakeApp()
    await app.signIn()
    const tab = app.open()
    tab.platform.setPrerendering(true)
    tab.start()
    await settle()
    expect([app.count('ask'), tab.auth.getState()]).toEqual([0, restoring])
    tab.platform.setPrerendering(false)
    tab.platform.wake('activated')
    expect(await decided(tab)).toMatchObject({ status: 'authenticated', reason: 'restored' })
  })

  it('finds the session of a sign-in elsewhere, although somebody had signed out here before', async () => {
    const app = await createFakeApp()
    const here = await app.signIn()
    await here.auth.logout({ local: true })
    here.close()
    await app.signIn()
    const again = app.reload(here)
    expect(await decided(again)).toMatchObject({ status: 'authenticated', reason: 'restored' })
    // The sign-out is forgotten with that: what ends the session later is another story.
    expect([...again.platform.stored.keys()].filter((key) => key.endsWith('.signed-out'))).toEqual([])
  })
})

describe('a tab that was frozen while another looked for its session in vain', () => {
  it('is not signed out by that, and says that it is there (invariant 3)', async () => {
    const app = await createFakeApp()
    const frozen = await app.signIn()
    const stop = freeze(frozen)
    const tab = app.load()
    await letNobodyAnswer(app)
    expect(await decided(tab)).toMatchObject({ reason: 'no_session' })
    expect(noted(app)).toContain('lost')

    stop.thaw()
    frozen.platform.wake('resumed')
    expect(frozen.auth.getState()).toMatchObject({ status: 'authenticated' })
    await expect(frozen.auth.getAccessToken()).resolves.toMatch(/^SENTINEL/)
    expect(noted(app)).toContain('signed_in')
    // Whoever looks now, finds it.
    tab.platform.wake('visible')
    await until(() => tab.auth.getState().status === 'authenticated')
    expect(await decided(app.load())).toMatchObject({ status: 'authenticated', reason: 'restored' })
  })

  /** Nothing runs in a frozen page: what it is told, it hears when it is thawed, or never. */
  function freeze(tab: Tab): { thaw(): void } {
    tab.close()
    return { thaw: tab.start }
  }
})

describe('ready() (invariant 6)', () => {
  const hanging = (): Promise<never> => new Promise(() => undefined)
  /** Each of what a page has to wait for, hanging. */
  const hang: Readonly<Record<string, (app: FakeApp, tab: Tab) => Partial<Tab['platform']>>> = {
    lock: ({ browser }) => ({ locks: { exist: browser.locks.exist, run: hanging } }),
    channel: () => ({ openChannel: () => ({ post: () => undefined, close: () => undefined }) }),
    frame: () => ({ openFrame: () => () => undefined }),
    fetch: () => ({ fetch: hanging }),
  }
  const names = Object.keys(hang)
  const combinations = Array.from({ length: 2 ** names.length }, (_, bits) =>
    names.filter((_, index) => bits & (1 << index)),
  )

  it.each(combinations.map((combination) => [combination.join(', ') || 'nothing', combination] as const))(
    'settles within 3 seconds while these hang: %s',
    async (_, combination) => {
      const app = await createFakeApp(sameSite)
      const left = await app.signIn()
      left.close()
      const { platform } = app.open()
      const parts = combination.map((name) => hang[name]?.(app, { platform } as Tab))
      const auth = createAuthClient({
        issuer: app.provider.issuer,
        clientId: 'app',
        redirectUri: '/callback',
        silentRedirectUri: '/silent',
        platform: Object.assign({}, platform, ...parts),
      })
      const stop = auth.start()
      const ready = vi.fn()
      void auth.ready().then(ready)
      for (let second = 0; second < 3; second++) {
        await settle()
        await app.advance(1000)
      }
      await settle()
      expect(ready).toHaveBeenCalledOnce()
      expect(auth.getState()).not.toEqual(restoring)
      // However it hangs, it comes to an end, and leaves nothing behind, where nobody looks and it is not tried again.
      platform.setVisible(false)
      await app.advance(60_000)
      expect(auth.getState().status).toBe('unauthenticated')
      stop()
      expect([app.timerCount(), platform.listenerCount(), platform.frames]).toEqual([0, 0, []])
    },
  )

  it('tells, where a session comes later than that, of the session', async () => {
    const app = await createFakeApp(sameSite)
    app.browser.removeChannels()
    const tab = app.reload(await app.signIn())
    const frame = await frameOf(tab)
    await app.advance(3000)
    expect(await tab.auth.ready()).toEqual({ status: 'unauthenticated', reason: 'restore_timeout' })
    expect(tab.auth.explain().sentence).toContain('takes long')
    answerFrame(frame, app)
    await until(() => tab.auth.getState().status === 'authenticated')
    expect(tab.auth.getState()).toMatchObject({ reason: 'restored', user: { sub: 'alice' } })
  })

  it('tells of a session that comes after its rung was given up', async () => {
    const app = await createFakeApp(sameSite)
    app.browser.removeChannels()
    const tab = app.reload(await app.signIn())
    const frame = await frameOf(tab)
    let goOn = (): void => undefined
    app.provider.onRequest = ({ path }) =>
      path === '/token' ? (new Promise<void>((resolve) => (goOn = resolve)) as Promise<never>) : undefined
    answerFrame(frame, app)
    await until(() => app.provider.count('/token') === 2)
    await app.advance(8000)
    expect(tab.auth.getState()).toMatchObject({ reason: 'restore_failed', error: { code: 'timeout' } })
    goOn()
    await until(() => tab.auth.getState().status === 'authenticated')
    expect(tab.auth.getState().reason).toBe('restored')
    await expect(tab.auth.getAccessToken()).resolves.toMatch(/^SENTINEL/)
  })
})

describe('a page that comes back to life while it looks', () => {
  it('looks no more than once where it finds the session, and still says how', async () => {
    const app = await createFakeApp()
    await app.signIn()
    const tab = app.load()
    tab.platform.wake('visible')
    expect(await decided(tab)).toMatchObject({ status: 'authenticated', reason: 'restored' })
    await settle()
    expect(tab.auth.explain().restore).toMatchObject([{ rung: 'tab', outcome: 'restored' }])
    expect(app.count('ask')).toBe(1)
  })

  it('looks no more than once where there is none', async () => {
    const app = await createFakeApp()
    const tab = app.reload(await app.signIn())
    const shown: string[] = []
    tab.auth.on('state', ({ state }) => shown.push(state.reason))
    tab.platform.wake('visible')
    await letNobodyAnswer(app)
    await decided(tab)
    await settle()
    expect([shown, app.count('ask')]).toEqual([['no_session'], 1])
  })
})

describe('a page that has missed a sign-in in another tab', () => {
  /** Nobody looks at it while that happens, and so it asks for nothing. */
  async function missed(): Promise<{ app: FakeApp; tab: Tab; other: Tab; lookAt(): void }> {
    const app = await createFakeApp()
    const tab = app.load()
    tab.platform.setVisible(false)
    const other = await app.signIn()
    return {
      app,
      tab,
      other,
      lookAt() {
        tab.platform.setVisible(true)
        tab.platform.wake('visible')
      },
    }
  }

  it('asks for it once it is looked at, and no more where that has found it', async () => {
    const { app, tab, lookAt } = await missed()
    expect(app.count('ask')).toBe(0)
    lookAt()
    await until(() => tab.auth.getState().status === 'authenticated')
    expect(tab.auth.getState().reason).toBe('signed_in_elsewhere')
    await settle()
    lookAt()
    await settle()
    expect(app.count('ask')).toBe(1)
  })

  it('asks again, the next time it is looked at, where nobody has answered', async () => {
    const { app, tab, other, lookAt } = await missed()
    other.close()
    lookAt()
    await letNobodyAnswer(app)
    await settle()
    expect(tab.auth.getState().status).toBe('unauthenticated')
    other.start()
    lookAt()
    await until(() => tab.auth.getState().status === 'authenticated')
    expect(app.count('ask')).toBe(2)
  })
})

describe('a climb that is overtaken', () => {
  it('goes no further once somebody signs in in another tab: the page is not left under them', async () => {
    const app = await createFakeApp({
      ...sameSite,
      options: { ...sameSite.options, restoreByRedirect: true },
    })
    const gone = await app.signIn()
    gone.close()
    const tab = app.load()
    await letNobodyAnswer(app)
    await frameOf(tab)
    await app.signIn()
    expect(await decided(tab)).toMatchObject({ status: 'authenticated', reason: 'restored' })
    await app.advance(30_000)
    expect(tab.auth.getState()).toMatchObject({ status: 'authenticated' })
    expect([tab.platform.visited, tab.platform.frames]).toEqual([[], []])
    expect(noted(app)).toContain('signed_in')
  })

  it('shows whoever the frame has found, though another tab hands somebody else over while its code is exchanged', async () => {
    const app = await createFakeApp(sameSite)
    const tab = app.reload(await app.signIn())
    await letNobodyAnswer(app)
    const frame = await frameOf(tab)
    let goOn: (() => void) | undefined
    app.provider.claims = { sub: 'bob' }
    app.provider.onToken = () =>
      new Promise<void>((resolve) => {
        goOn = resolve
      })
    answerFrame(frame, app)
    await until(() => goOn !== undefined)
    app.provider.onToken = () => undefined
    app.provider.claims = { sub: 'alice' }
    await app.signIn()
    await until(() => tab.auth.getState().user?.sub === 'alice')
    goOn?.()
    await until(() => app.count('signed_in') === 3)
    await settle()
    expect(tab.auth.getState().user?.sub).toBe('bob')
    expect(tab.auth.explain().session).toBeDefined()
  })

  it('does not sign in somebody who signs out meanwhile, nor sends them off (invariant 8)', async () => {
    const app = await createFakeApp({
      ...sameSite,
      options: { ...sameSite.options, restoreByRedirect: true },
    })
    app.browser.removeChannels()
    const tab = app.reload(await app.signIn())
    const frame = await frameOf(tab)
    await tab.auth.logout({ local: true })
    answerFrame(frame, app)
    await settle()
    await app.advance(30_000)
    expect(tab.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out' })
    expect(tab.platform.visited).toEqual([])
    expect(app.provider.count('/token')).toBe(1)
    await expect(tab.auth.getAccessToken()).rejects.toMatchObject({ code: 'not_signed_in' })
  })

  it('does not sign in a tab against a sign-out in another', async () => {
    const app = await createFakeApp(sameSite)
    app.browser.removeChannels()
    const other = await app.signIn()
    const tab = app.load()
    const frame = await frameOf(tab)
    await other.auth.logout({ local: true })
    answerFrame(frame, app)
    expect(await decided(tab)).toEqual({ status: 'unauthenticated', reason: 'signed_out' })
    expect(tab.auth.explain().restore.at(-1)).toMatchObject({ rung: 'frame', outcome: 'signed_out' })
    expect(app.provider.count('/token')).toBe(1)
  })

  it('does not send off somebody whom another tab signs out meanwhile, to be signed straight back in (invariant 8)', async () => {
    const app = await createFakeApp({ options: { restoreByRedirect: true } })
    const other = await app.signIn()
    other.close()
    const tab = app.load()
    await until(() => app.count('ask') === 1)
    await other.auth.logout({ local: true })
    await app.advance(200)
    expect(await decided(tab)).toEqual({ status: 'unauthenticated', reason: 'signed_out' })
    expect(tab.platform.visited).toEqual([])
  })

  it('has found out nothing where the person goes to sign in meanwhile: the session is kept in mind', async () => {
    const app = await createFakeApp()
    const tab = app.reload(await app.signIn())
    await until(() => app.count('ask') === 1)
    await tab.auth.login()
    await app.advance(200)
    await settle()
    expect(tab.auth.getState()).toMatchObject({ status: 'redirecting', to: 'login' })
    expect(noted(app)).toContain('signed_in')
  })

  it('leaves a sign-in of the person alone', async () => {
    const app = await createFakeApp(sameSite)
    app.browser.removeChannels()
    const tab = app.reload(await app.signIn())
    const frame = await frameOf(tab)
    await tab.auth.login()
    answerFrame(frame, app)
    await settle()
    await app.advance(9000)
    expect(tab.auth.getState()).toMatchObject({ status: 'redirecting', to: 'login' })
    expect(tab.platform.visited).toHaveLength(1)
  })
})

describe('a session that could not be asked for', () => {
  it('is kept in mind, shown as such, and looked for without a blink once the network is back (invariant 3)', async () => {
    const app = await createFakeApp(sameSite)
    app.browser.removeChannels()
    const before = await app.signIn()
    before.close()
    const tab = app.open({ stored: before.platform.stored })
    tab.platform.setOnline(false)
    tab.start()
    expect(await decided(tab)).toMatchObject({
      status: 'unauthenticated',
      reason: 'restore_failed',
      error: { code: 'network_failed' },
    })
    expect(noted(app)).toContain('signed_in')
    const states: unknown[] = []
    tab.auth.on('state', ({ state }) => states.push([state.status, state.reason]))
    tab.platform.setOnline(true)
    tab.platform.wake('online')
    answerFrame(await frameOf(tab), app)
    await until(() => tab.auth.getState().status === 'authenticated')
    expect(states).toEqual([['authenticated', 'restored']])
  })

  it('is tried again whenever the page comes back to life, once at a time', async () => {
    const app = await createFakeApp(sameSite)
    app.browser.removeChannels()
    const tab = app.reload(await app.signIn())
    await frameOf(tab)
    await app.advance(8000)
    expect(tab.auth.getState()).toMatchObject({ reason: 'restore_failed', error: { code: 'timeout' } })
    for (const cause of ['visible', 'online', 'resumed'] as const) tab.platform.wake(cause)
    const frame = await frameOf(tab)
    expect(tab.platform.frames).toHaveLength(1)
    answerFrame(frame, app)
    await until(() => tab.auth.getState().status === 'authenticated')
  })
})
