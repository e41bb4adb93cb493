import { describe, expect, it } from 'vitest'
import {
  answerFrame,
  createFakeApp,
  type FakeApp,
  frameOf,
  refuseFrame,
  sameSite,
  type Tab,
} from '../../test/fake-app.ts'
import { settle } from '../../test/fake-platform.ts'
import { createFakeProvider } from '../../test/fake-provider.ts'
import { rejectionOf } from '../../test/pages.ts'
import { refuseRefreshes } from '../../test/refuse-refreshes.ts'
import { until } from '../../test/until.ts'
import { SignInRequiredError } from '../errors.ts'
import type { AuthState } from '../index.ts'
import type { Keeper, KeeperChange, Session } from '../keeper/keeper.ts'
import { createEmitter } from '../store.ts'
import { createRecovery } from './recovery.ts'

async function signedIn(): Promise<{ app: FakeApp; tab: Tab; heard: unknown[] }> {
  const app = await createFakeApp(sameSite)
  const tab = await app.signIn()
  const heard: unknown[] = []
  for (const name of ['identity', 'state', 'error'] as const) {
    tab.auth.on(name, (event) => heard.push([name, event]))
  }
  return { app, tab, heard }
}

async function signedInWithoutRefreshToken(): Promise<{ app: FakeApp; tab: Tab }> {
  const app = await createFakeApp(sameSite)
  app.provider.onToken = (answer) => {
    if (typeof answer.body === 'object') delete answer.body.refresh_token
  }
  return { app, tab: await app.signIn() }
}

function reasonsOf(heard: readonly unknown[]): string[] {
  return (heard as [string, { state: AuthState<unknown> }][])
    .filter(([name]) => name === 'state')
    .map(([, { state }]) => state.reason)
}

describe('a refresh token that the provider refuses', () => {
  it('does not end the session where a frame gets another: those who wait for a token get one', async () => {
    const { app, tab, heard } = await signedIn()
    const before = tab.auth.getState()
    refuseRefreshes(app)
    const tokens = Promise.all(
      Array.from({ length: 20 }, () => tab.auth.getAccessToken({ forceRefresh: true })),
    )
    const frame = await frameOf(tab)
    // Whoever asks meanwhile waits as well.
    const late = tab.auth.getAccessToken()
    expect(tab.auth.getState()).toBe(before)
    answerFrame(frame, app)
    expect(new Set([...(await tokens), await late]).size).toBe(1)
    expect([tab.auth.getState(), heard]).toEqual([before, []])
    expect(tab.auth.getState()).toBe(before)
    expect(tab.auth.explain().restore).toMatchObject([{ rung: 'frame', outcome: 'restored' }])
    expect(app.provider.count('/token')).toBe(3)
  })

  it.each<[string, (frame: Awaited<ReturnType<typeof frameOf>>, app: FakeApp) => Promise<void> | void]>([
    ['says that nobody is signed in', (frame) => refuseFrame(frame)],
    ['fails', (frame) => refuseFrame(frame, 'server_error')],
    ['hangs', (_, app) => app.advance(8000)],
  ])('ends the session, once, where the frame %s', async (_, answer) => {
    const { app, tab, heard } = await signedIn()
    refuseRefreshes(app)
    const refused = Promise.all(
      Array.from({ length: 5 }, () => rejectionOf(tab.auth.getAccessToken({ forceRefresh: true }))),
    )
    await answer(await frameOf(tab), app)
    for (const error of await refused) expect(error).toMatchObject({ code: 'session_ended' })
    expect(tab.auth.getState()).toMatchObject({ reason: 'session_ended', error: { code: 'session_ended' } })
    expect(reasonsOf(heard)).toEqual(['session_ended'])
    expect(heard).toHaveLength(2) // the state, and that nobody is there any more
    expect([tab.platform.frames, app.timerCount(), tab.platform.visited]).toEqual([[], 0, []])
  })

  it.each([
    ['is refused', true],
    ['is not there when the access token runs out', false],
  ])(
    'leaves the page as it is while a frame is asked, and says what is going on, where it %s',
    async (_, hasOne) => {
      const app = await createFakeApp(sameSite)
      if (!hasOne)
        app.provider.onToken = ({ body }) => void delete (body as Record<string, unknown>).refresh_token
      const tab = await app.signIn()
      const before = tab.auth.getState()
      if (hasOne) refuseRefreshes(app)
      else await app.advance(300_500)
      const waiting = tab.auth.getAccessToken({ forceRefresh: hasOne })
      const frame = await frameOf(tab)
      await app.advance(7000)
      expect(tab.auth.getState()).toBe(before)
      expect(tab.auth.explain().sentence).toMatch(/^Signed in: .*that session is over.*hidden frame/)
      answerFrame(frame, app)
      await expect(waiting).resolves.toBeTruthy()
      expect(tab.auth.getState()).toBe(before)
      expect(tab.auth.explain().sentence).toBe('Signed in: the person signed in on this page.')
    },
  )

  it('ends it at once where no frame can be asked', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    refuseRefreshes(app)
    expect(await rejectionOf(tab.auth.getAccessToken({ forceRefresh: true }))).toMatchObject({
      code: 'session_ended',
    })
    expect(tab.auth.getState()).toMatchObject({ reason: 'session_ended' })
  })

  it('makes way for whoever the provider knows now, and no call gets a token of theirs', async () => {
    const { app, tab, heard } = await signedIn()
    const alice = tab.auth.getState().user
    refuseRefreshes(app)
    const waiting = rejectionOf(tab.auth.getAccessToken({ forceRefresh: true }))
    const frame = await frameOf(tab)
    const late = rejectionOf(tab.auth.getAccessToken())
    app.provider.claims = { sub: 'bob', name: 'Bob' }
    answerFrame(frame, app)
    expect(await waiting).toMatchObject({ code: 'session_ended' })
    expect(await late).toMatchObject({ name: 'SignInRequiredError' })
    const bob = tab.auth.getState().user
    expect(bob).toMatchObject({ sub: 'bob' })
    expect(heard.filter((event) => (event as unknown[])[0] === 'identity')).toEqual([
      ['identity', { previous: alice, current: bob, reason: 'signed_in_elsewhere' }],
    ])
    await expect(tab.auth.getAccessToken()).resolves.toMatch(/^SENTINEL/)
  })

  it('is no end where the person has signed in again in another tab meanwhile, whatever the frame says', async () => {
    const { app, tab, heard } = await signedIn()
    refuseRefreshes(app)
    const waiting = tab.auth.getAccessToken({ forceRefresh: true })
    const frame = await frameOf(tab)
    const other = await app.signIn()
    await until(() => tab.auth.explain().session !== undefined)
    refuseFrame(frame)
    expect(await waiting).toBe(await other.auth.getAccessToken())
    expect(tab.auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'alice' } })
    expect(reasonsOf(heard)).toEqual([])
  })

  it('gives whoever wants a token for one API that one, once the session is back', async () => {
    const { app, tab } = await signedIn()
    refuseRefreshes(app)
    const waiting = tab.auth.getAccessToken({ audience: 'orders' })
    const frame = await frameOf(tab)
    app.provider.onToken = () => undefined
    answerFrame(frame, app)
    const token = await waiting
    expect(app.provider.seen.at(-1)?.form.get('audience')).toBe('orders')
    expect(token).not.toBe(await tab.auth.getAccessToken())
  })

  it('gives nobody a token where the app knows nobody’s name: it may be somebody else’s', async () => {
    const { issuer } = await createFakeProvider(sameSite.issuer)
    const app = await createFakeApp({
      ...sameSite,
      options: {
        ...sameSite.options,
        issuer: undefined,
        scope: 'orders',
        endpoints: { authorization: `${issuer}/auth`, token: `${issuer}/token` },
      } as object,
    })
    app.provider.onToken = ({ body }) => {
      if (typeof body === 'object') delete body.id_token
    }
    const tab = await app.signIn()
    app.provider.onToken = (answer, form) => {
      if (form.has('refresh_token')) Object.assign(answer, { status: 400, body: { error: 'invalid_grant' } })
      else if (typeof answer.body === 'object') delete answer.body.id_token
    }
    const waiting = rejectionOf(tab.auth.getAccessToken({ forceRefresh: true }))
    answerFrame(await frameOf(tab), app)
    expect(await waiting).toMatchObject({ code: 'session_ended' })
    expect(tab.auth.getState()).toMatchObject({ status: 'authenticated', user: undefined })
    await expect(tab.auth.getAccessToken()).resolves.toMatch(/^SENTINEL/)
  })

  it('lets whoever waits stop waiting', async () => {
    const { app, tab } = await signedIn()
    refuseRefreshes(app)
    const stop = new AbortController()
    const waiting = tab.auth.getAccessToken({ forceRefresh: true, signal: stop.signal })
    const frame = await frameOf(tab)
    stop.abort(new Error('navigated away'))
    await expect(waiting).rejects.toThrow('navigated away')
    answerFrame(frame, app)
    await until(() => tab.platform.frames.length === 0)
    await settle()
    expect(tab.auth.getState().status).toBe('authenticated')
  })

  it('is tried by one frame for all tabs, and none of them ends', async () => {
    const app = await createFakeApp(sameSite)
    const tabs = [await app.signIn(), app.load(), app.load()]
    for (const tab of tabs) await tab.auth.ready()
    refuseRefreshes(app)
    const waiting = tabs[0]?.auth.getAccessToken({ forceRefresh: true })
    await until(() => tabs.some(({ platform }) => platform.frames.length > 0))
    await settle()
    const frames = tabs.flatMap(({ platform }) => platform.frames)
    expect(frames).toHaveLength(1)
    const before = app.provider.count('/token')
    for (const frame of frames) answerFrame(frame, app)
    const token = await waiting
    for (const { auth } of tabs) {
      expect(auth.getState()).toMatchObject({ status: 'authenticated' })
      expect(await auth.getAccessToken()).toBe(token)
    }
    expect(app.provider.count('/token')).toBe(before + 1)
  })
})

describe('a sign-out in another tab while a frame is asked for a session', () => {
  it.each(['the page hears of it', 'the page was frozen then'])(
    'ends it at once, and nobody is signed straight back in: %s',
    async (how) => {
      const { app, tab, heard } = await signedIn()
      const other = app.load()
      await other.auth.ready()
      refuseRefreshes(app)
      const waiting = rejectionOf(tab.auth.getAccessToken({ forceRefresh: true }))
      const frame = await frameOf(tab)
      if (how === 'the page was frozen then') app.browser.removeChannels()
      await other.auth.logout({ local: true })
      await settle()
      if (how === 'the page was frozen then') tab.platform.wake('resumed')
      const over = { status: 'unauthenticated', reason: 'signed_out_elsewhere' }
      expect(tab.auth.getState()).toEqual(over)
      answerFrame(frame, app)
      expect(await waiting).toMatchObject({ code: 'session_ended' })
      await tab.auth.requireSession()
      expect([tab.auth.getState(), tab.platform.visited]).toEqual([over, []])
      expect(reasonsOf(heard)).toEqual(['signed_out_elsewhere'])
    },
  )

  it('is known by the refusal of a refresh where the page has heard of nothing: no frame is asked', async () => {
    const { app, tab } = await signedIn()
    const other = app.load()
    await other.auth.ready()
    app.browser.removeChannels()
    await other.auth.logout({ local: true })
    refuseRefreshes(app)
    await rejectionOf(tab.auth.getAccessToken({ forceRefresh: true }))
    expect(tab.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out_elsewhere' })
    await settle()
    expect(tab.platform.frames).toEqual([])
    await tab.auth.requireSession()
    expect(tab.platform.visited).toEqual([])
  })

  it('is not forgotten where the frame does not answer, and a session without one would be looked for again', async () => {
    const { app, tab } = await signedInWithoutRefreshToken()
    const other = app.load()
    await other.auth.ready()
    await app.advance(301_000)
    const waiting = rejectionOf(tab.auth.getAccessToken())
    await frameOf(tab)
    await other.auth.logout({ local: true })
    await app.advance(8000)
    await waiting
    expect(tab.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out_elsewhere' })
    expect(app.open().auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
  })
})

describe('what is told while a session that is over is looked for', () => {
  const error = new SignInRequiredError('session_ended', 'The provider has ended the session.')
  const over: KeeperChange = { type: 'ended', reason: 'session_ended', error }
  const session: Session = {
    epoch: 2,
    claims: undefined,
    scope: 'openid',
    accessTokenExpiresAt: undefined,
    hasRefreshToken: true,
  }

  /** A page that shows Alice, around a keeper whose session is over whenever a token is asked for. */
  function recovering({ isFinding = false }: { isFinding?: boolean } = {}) {
    const news = createEmitter<[change: KeeperChange]>()
    const messages = createEmitter<[message: unknown]>()
    /** Ends the search that was begun first, second … */
    const searches: ((found?: Session) => void)[] = []
    const told: KeeperChange[] = []
    const asked: unknown[] = []
    let current: Session | undefined
    const recovery = createRecovery({
      keeper: {
        current: () => current,
        onChange: news.on,
        async getAccessToken(request?: unknown) {
          asked.push(request)
          news.emit(over)
          throw error
        },
      } as unknown as Keeper,
      line: { onMessage: messages.on },
      record: { read: () => ({ epoch: 1, status: 'ended', refreshes: 0, rotation: 0 }) },
      page: { onWake: () => () => undefined },
      recover: () => new Promise((resolve) => searches.push(resolve)),
      isFinding: () => isFinding,
      subject: () => 'alice',
    })
    recovery.onChange((change) => told.push(change))
    return {
      recovery,
      searches,
      told,
      asked,
      say: news.emit,
      sayToTabs: messages.emit,
      /** Another tab has signed in. */
      adopt() {
        current = session
        news.emit({ type: 'adopted', session })
      },
    }
  }

  it('is the end, once nothing was found', async () => {
    const { searches, told, say } = recovering()
    say(over)
    expect(told).toEqual([])
    searches[0]?.()
    await settle()
    expect(told).toEqual([over])
  })

  it('is a sign-out in another tab, and no other end after that', async () => {
    const { searches, told, say, sayToTabs } = recovering()
    say(over)
    sayToTabs({ kind: 'signed_out', epoch: 2 })
    searches[0]?.()
    await settle()
    expect(told).toEqual([{ type: 'ended', reason: 'signed_out_elsewhere' }])
  })

  it('is a sign-in in another tab, and no end after that', async () => {
    const { searches, told, say, adopt } = recovering()
    say(over)
    adopt()
    searches[0]?.()
    await settle()
    expect(told).toEqual([{ type: 'adopted', session }])
  })

  it('is all but what another tab hands over, where that is waited for and told of elsewhere', () => {
    const { told, say, adopt } = recovering({ isFinding: true })
    adopt()
    say({ type: 'refreshed', session })
    say({ type: 'ended', reason: 'signed_out_elsewhere' })
    expect(told.map(({ type }) => type)).toEqual(['refreshed', 'ended'])
  })

  it('goes on until the last search is over, where the session ended once more meanwhile', async () => {
    const { recovery, searches, say } = recovering()
    say(over)
    say(over)
    searches[0]?.()
    await settle()
    expect(recovery.isUnderWay()).toBe(true)
    searches[1]?.()
    await settle()
    expect(recovery.isUnderWay()).toBe(false)
  })

  it('is to whoever wants a token why there is none, without asking again, also where the page still shows who it was', async () => {
    const { recovery, searches, asked } = recovering()
    const refused = rejectionOf(recovery.getAccessToken())
    await until(() => searches.length > 0)
    searches[0]?.()
    expect(await refused).toBe(error)
    expect(asked).toHaveLength(1)
  })
})

describe('an end that is not argued with', () => {
  it.each<[string, (tab: Tab, app: FakeApp) => Promise<unknown>, string]>([
    ['a sign-out here', ({ auth }) => auth.logout({ local: true }), 'signed_out'],
    [
      'a sign-out elsewhere',
      async (_, app) => {
        const other = app.load()
        await other.auth.ready()
        await other.auth.logout({ local: true })
        await settle()
      },
      'signed_out_elsewhere',
    ],
    [
      'another subject',
      ({ auth, provider }) => {
        provider.claims = { sub: 'bob' }
        return rejectionOf(auth.getAccessToken({ forceRefresh: true }))
      },
      'subject_changed',
    ],
  ])('is %s', async (_, end, reason) => {
    const { app, tab } = await signedIn()
    await end(tab, app)
    expect(tab.auth.getState()).toMatchObject({ status: 'unauthenticated', reason })
    await settle()
    expect(tab.platform.frames).toEqual([])
    expect(await rejectionOf(tab.auth.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
  })
})

describe('a token that nothing can renew', () => {
  it('has run out for good where nobody is signed in at the provider any more', async () => {
    const { app, tab } = await signedInWithoutRefreshToken()
    await app.advance(301_000)
    refuseFrame(await frameOf(tab))
    await until(() => tab.auth.getState().status === 'unauthenticated')
    expect(tab.auth.getState()).toMatchObject({
      reason: 'session_expired',
      error: { code: 'session_expired' },
    })
  })

  it('is replaced by a frame when it has run out, and nobody sees a change', async () => {
    const { app, tab } = await signedInWithoutRefreshToken()
    const state = tab.auth.getState()
    for (let round = 0; round < 3; round++) {
      const before = await tab.auth.getAccessToken()
      await app.advance(300_000)
      answerFrame(await frameOf(tab), app)
      await until(() => tab.platform.frames.length === 0)
      expect(await tab.auth.getAccessToken()).not.toBe(before)
      expect(tab.auth.getState()).toBe(state)
    }
  })

  it('that runs out offline is asked for once the network is back: nobody is signed out by that (invariant 3)', async () => {
    const { app, tab } = await signedInWithoutRefreshToken()
    tab.platform.setOnline(false)
    await app.advance(301_000)
    expect(await rejectionOf(tab.auth.getAccessToken())).toMatchObject({ code: 'session_expired' })
    expect(tab.auth.getState()).toMatchObject({ reason: 'restore_failed', error: { code: 'network_failed' } })
    await tab.auth.requireSession()
    expect(tab.platform.visited).toEqual([])
    // A reload looks for it as well.
    expect(app.open().auth.getState()).toEqual({ status: 'loading', reason: 'restoring' })
    tab.platform.setOnline(true)
    tab.platform.wake('online')
    await until(() => app.count('ask') > 0)
    await app.advance(200)
    answerFrame(await frameOf(tab), app)
    await until(() => tab.auth.getState().status === 'authenticated')
  })
})
