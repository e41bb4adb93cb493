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
import { rejectionOf } from '../../test/pages.ts'
import { refuseRefreshes } from '../../test/refuse-refreshes.ts'
import { until } from '../../test/until.ts'
import type { AuthState } from '../index.ts'

async function signedIn(): Promise<{ app: FakeApp; tab: Tab; heard: unknown[] }> {
  const app = await createFakeApp(sameSite)
  const tab = await app.signIn()
  const heard: unknown[] = []
  for (const name of ['identity', 'state', 'error'] as const) {
    tab.auth.on(name, (event) => heard.push([name, event]))
  }
  return { app, tab, heard }
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
  async function signedInWithoutRefreshToken(): Promise<{ app: FakeApp; tab: Tab }> {
    const app = await createFakeApp(sameSite)
    app.provider.onToken = (answer) => {
      if (typeof answer.body === 'object') delete answer.body.refresh_token
    }
    return { app, tab: await app.signIn() }
  }

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
