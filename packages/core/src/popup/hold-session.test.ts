import { describe, expect, it } from 'vitest'
import {
  createFakeApp,
  decided,
  type FakeApp,
  type FakeAppOptions,
  frameOf,
  refuseFrame,
  sameSite,
  type Tab,
} from '../../test/fake-app.ts'
import { createFakePlatform, settle } from '../../test/fake-platform.ts'
import { createFakeProvider } from '../../test/fake-provider.ts'
import { rejectionOf } from '../../test/pages.ts'
import { refuseRefreshes } from '../../test/refuse-refreshes.ts'
import { until } from '../../test/until.ts'
import { passOn, windowOf } from '../../test/windows.ts'
import type { ApiRequest } from '../api/api-request.ts'
import { type AnyAuthError, NetworkError, SignInRequiredError } from '../errors.ts'
import { type AuthError, createAuthClient } from '../index.ts'
import type { AccessTokenRequest } from '../keeper/keeper.ts'
import type { SessionHold, TokenSource } from '../session-hold.ts'
import type { SessionRecord } from '../session-record.ts'
import { type AuthEvent, type AuthState, transition } from '../state.ts'
import { createStore, type Store } from '../store.ts'
import { holdSession, loginWithPopup, reauthenticate } from './index.ts'

const api = 'https://api.example/orders'

/** Somebody is signed in, and their session is over: a call that needs a token waits. */
async function suspended({ options, ...setting }: FakeAppOptions = {}): Promise<{
  app: FakeApp
  tab: Tab
  heard: string[]
  sent: Request[]
  waiting: Promise<string>
}> {
  const sent: Request[] = []
  const app = await createFakeApp({
    ...setting,
    options: { onSessionLost: holdSession, apis: [api], ...options },
  })
  const tab = await app.signIn({
    send: async (request) => {
      sent.push(request)
      return Response.json({ ok: true })
    },
  })
  const heard: string[] = []
  tab.auth.on('identity', ({ reason }) => heard.push(`identity: ${reason}`))
  tab.auth.on('state', ({ state }) => heard.push(`${state.status}: ${state.reason}`))
  refuseRefreshes(app)
  const waiting = tab.auth.getAccessToken({ forceRefresh: true })
  waiting.catch(() => undefined)
  await until(() => tab.auth.getState().reason === 'suspended')
  return { app, tab, heard, sent, waiting }
}

/** The person, or somebody else, signs in by the window. */
async function comeBack({ app, tab }: { app: FakeApp; tab: Tab }, sub?: string): Promise<void> {
  if (sub) app.provider.claims = { sub, name: sub }
  const { url } = await windowOf(tab)
  passOn(app.browser, app.provider.signIn(url))
}

describe('a session that is held on to', () => {
  it('leaves the person where they are when it ends, and tells nobody that they are gone', async () => {
    const { tab, heard } = await suspended()
    expect(tab.auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'alice' } })
    expect(heard).toEqual(['authenticated: suspended'])
    expect(tab.auth.explain().sentence).toContain('waits for the person')
  })

  it('lets whoever calls an API wait, and go on once the person is back', async () => {
    const scene = await suspended()
    const { tab, heard, sent, waiting } = scene
    const later = tab.auth.getAccessToken()
    const fetched = tab.auth.fetch(api, { method: 'POST', body: 'half done' })
    const signIn = reauthenticate(tab.auth)
    await comeBack(scene)
    await signIn
    expect(await waiting).toBe(await later)
    expect((await fetched).status).toBe(200)
    expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual([`Bearer ${await later}`])
    await expect(sent[0]?.text()).resolves.toBe('half done')
    expect(heard).toEqual(['authenticated: suspended', 'authenticated: signed_in'])
    // What was just got is not renewed at once, though that was asked for.
    const forms = scene.app.provider.seen.map(({ form }) => form.get('grant_type'))
    expect(forms.filter(Boolean)).toEqual(['authorization_code', 'refresh_token', 'authorization_code'])
  })

  it('refuses another person, keeps nothing of theirs, and goes on waiting for the first', async () => {
    const scene = await suspended()
    const { app, tab, sent, waiting } = scene
    const fetched = tab.auth.fetch(api)
    const asBob = rejectionOf(reauthenticate(tab.auth))
    await comeBack(scene, 'bob')
    expect(await asBob).toMatchObject({ name: 'SignInRequiredError', code: 'subject_changed' })
    expect(tab.auth.getState()).toMatchObject({ reason: 'suspended', user: { sub: 'alice' } })
    expect(sent).toEqual([])
    await until(() => app.provider.count('/revoke') > 0)
    const asAlice = reauthenticate(tab.auth, { prompt: 'login' })
    await comeBack(scene, 'alice')
    await asAlice
    await expect(waiting).resolves.toBeTruthy()
    expect((await fetched).status).toBe(200)
  })

  it('makes no call of one person in the name of another who signs in after all', async () => {
    const scene = await suspended()
    const { tab, heard, sent, waiting } = scene
    const fetched = rejectionOf(tab.auth.fetch(api))
    const signIn = loginWithPopup(tab.auth)
    await comeBack(scene, 'bob')
    await signIn
    expect(await rejectionOf(waiting)).toMatchObject({ code: 'subject_changed' })
    expect(await fetched).toMatchObject({ code: 'subject_changed' })
    expect(sent).toEqual([])
    expect(heard).toEqual(['authenticated: suspended', 'identity: signed_in', 'authenticated: signed_in'])
  })

  it('makes no call of one organisation in the name of another, though it is the same person', async () => {
    const scene = await suspended({ options: { identifiedBy: ['organization'] } })
    const { app, tab, waiting } = scene
    app.provider.claims = { ...app.provider.claims, organization: 'b' }
    const signIn = reauthenticate(tab.auth)
    await comeBack(scene)
    await signIn
    expect(tab.auth.getState()).toMatchObject({ user: { sub: 'alice', organization: 'b' } })
    expect(await rejectionOf(waiting)).toMatchObject({ code: 'subject_changed' })
  })

  it('goes on when the person signs in again in another tab', async () => {
    const { app, tab, waiting } = await suspended()
    await app.signIn()
    await until(() => tab.auth.getState().reason === 'signed_in_elsewhere')
    await expect(waiting).resolves.toBeTruthy()
  })

  it.each(['hears of it', 'was frozen then'])(
    'ends when the person signs out in another tab: it %s',
    async (how) => {
      const { app, tab, waiting } = await suspended()
      if (how === 'was frozen then') app.browser.removeChannels()
      const other = await app.signIn()
      if (how === 'hears of it') await until(() => tab.auth.getState().reason !== 'suspended')
      await other.auth.logout({ local: true })
      if (how === 'was frozen then') {
        tab.platform.wake('resumed')
        expect(await rejectionOf(waiting)).toMatchObject({ code: 'session_ended' })
      }
      expect((await decided(tab)).reason).toBe('signed_out_elsewhere')
    },
  )

  it('ends with a sign-out of another tab that waits as well', async () => {
    const app = await createFakeApp({ options: { onSessionLost: holdSession } })
    const tabs = [await app.signIn(), app.load()]
    await Promise.all(tabs.map(({ auth }) => auth.ready()))
    refuseRefreshes(app)
    void tabs[0]?.auth.getAccessToken({ forceRefresh: true }).catch(() => undefined)
    await until(() => tabs.every(({ auth }) => auth.getState().reason === 'suspended'))
    await tabs[1]?.auth.logout({ local: true })
    await until(() => tabs[0]?.auth.getState().reason === 'signed_out_elsewhere')
    // Nor is the person signed straight back in.
    await expect(tabs[0]?.auth.requireSession()).resolves.toMatchObject({ status: 'unauthenticated' })
  })

  it('is given up by a sign-out, with the reason why it had ended', async () => {
    const { tab, waiting } = await suspended()
    await tab.auth.logout({ local: true })
    expect(await rejectionOf(waiting)).toMatchObject({ code: 'session_ended' })
    expect(tab.auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'signed_out' })
  })

  it('lets whoever waits stop waiting', async () => {
    const { tab } = await suspended()
    const stop = new AbortController()
    const waiting = rejectionOf(tab.auth.getAccessToken({ signal: stop.signal }))
    const reason = new Error('navigated away')
    stop.abort(reason)
    expect(await waiting).toBe(reason)
    expect(tab.auth.getState().reason).toBe('suspended')
  })

  it('lets whoever waits for an API stop waiting too', async () => {
    const { tab, sent } = await suspended()
    const stop = new AbortController()
    const waiting = rejectionOf(tab.auth.fetch(api, { signal: stop.signal }))
    const reason = new Error('navigated away')
    stop.abort(reason)
    expect(await waiting).toBe(reason)
    expect(sent).toEqual([])
  })

  it.each(['the browser brings the page back', 'the person stops the page from being left'])(
    'is still held on to after a sign-in by redirect that came to nothing: %s',
    async (how) => {
      const scene = await suspended()
      const { app, tab, heard, waiting } = scene
      await tab.auth.login()
      const meanwhile = tab.auth.getAccessToken()
      if (how === 'the browser brings the page back') tab.platform.wake('restored')
      else {
        await app.advance(10_000)
        expect(await rejectionOf(tab.auth.login({ maxAge: -1 }))).toMatchObject({ code: 'invalid_option' })
      }
      expect(tab.auth.getState()).toMatchObject({ reason: 'suspended', user: { sub: 'alice' } })
      expect(heard.filter((event) => event.startsWith('identity'))).toEqual([])
      const signIn = reauthenticate(tab.auth)
      await comeBack(scene)
      await signIn
      expect(await waiting).toBe(await meanwhile)
    },
  )

  it('is not held on to any more where the person signed out in another tab while this page was being left', async () => {
    const { app, tab, waiting } = await suspended()
    const other = await app.signIn()
    await until(() => tab.auth.getState().reason === 'signed_in_elsewhere')
    await waiting
    void tab.auth.getAccessToken({ forceRefresh: true }).catch(() => undefined)
    await until(() => tab.auth.getState().reason === 'suspended')
    await tab.auth.login()
    await other.auth.logout({ local: true })
    await settle()
    tab.platform.wake('restored')
    expect(tab.auth.getState().status).toBe('unauthenticated')
    await expect(tab.auth.requireSession()).resolves.toMatchObject({ status: 'unauthenticated' })
  })

  it('is given up by a sign-out, also where the page that was being left for it comes back', async () => {
    const { tab, waiting } = await suspended()
    await tab.auth.logout()
    tab.platform.wake('restored')
    expect(tab.auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'signed_out' })
    expect(await rejectionOf(waiting)).toMatchObject({ code: 'session_ended' })
  })

  it('lets whoever waits go on waiting where the session is lost once more before they were served', async () => {
    const scene = await suspended()
    const { app, tab, waiting } = scene
    const first = reauthenticate(tab.auth)
    await comeBack(scene)
    await first
    await waiting
    // A token for another API is to be had by the refresh token alone.
    const other = tab.auth.getAccessToken({ audience: 'https://other.example' })
    other.catch(() => undefined)
    for (let losses = 0; losses < 2; losses++) {
      await until(() => tab.auth.getState().reason === 'suspended')
      if (losses === 1) app.provider.onToken = () => undefined
      const again = reauthenticate(tab.auth)
      await comeBack(scene)
      await again
    }
    await expect(other).resolves.toBeTruthy()
  })

  it('sends nobody off from a guard: the page has work in it', async () => {
    const { tab } = await suspended()
    await expect(tab.auth.requireSession()).resolves.toMatchObject({ reason: 'suspended' })
    await expect(tab.auth.requireSession({ maxAge: 1 })).resolves.toMatchObject({ reason: 'suspended' })
    expect(tab.platform.visited).toEqual([])
  })

  it('waits too where a token that nothing renews ran out without a network', async () => {
    const app = await createFakeApp({
      ...sameSite,
      options: { ...sameSite.options, onSessionLost: holdSession },
    })
    app.provider.onToken = ({ body }) => {
      if (typeof body === 'object') delete body.refresh_token
    }
    const tab = await app.signIn()
    tab.platform.setOnline(false)
    await app.advance(301_000)
    const waiting = tab.auth.getAccessToken()
    waiting.catch(() => undefined)
    await until(() => tab.auth.getState().reason === 'suspended')
    tab.platform.setOnline(true)
    const signIn = reauthenticate(tab.auth)
    await comeBack({ app, tab })
    await signIn
    await expect(waiting).resolves.toBeTruthy()
  })

  it('asks the provider where nobody sees it before anybody is asked', async () => {
    const app = await createFakeApp({
      ...sameSite,
      options: { ...sameSite.options, onSessionLost: holdSession },
    })
    const tab = await app.signIn()
    refuseRefreshes(app)
    void tab.auth.getAccessToken({ forceRefresh: true }).catch(() => undefined)
    const frame = await frameOf(tab)
    expect(tab.auth.getState().reason).toBe('signed_in')
    refuseFrame(frame)
    await until(() => tab.auth.getState().reason === 'suspended')
  })

  it('is not held on to where the person signs out in another tab while the provider is asked', async () => {
    const app = await createFakeApp({
      ...sameSite,
      options: { ...sameSite.options, onSessionLost: holdSession },
    })
    const tab = await app.signIn()
    const other = app.load()
    await other.auth.ready()
    refuseRefreshes(app)
    void tab.auth.getAccessToken({ forceRefresh: true }).catch(() => undefined)
    const frame = await frameOf(tab)
    await other.auth.logout({ local: true })
    await until(() => tab.auth.getState().reason === 'signed_out_elsewhere')
    refuseFrame(frame)
    await settle()
    expect(tab.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out_elsewhere' })
  })
})

describe('asking the person again', () => {
  it('needs somebody who is signed in', async () => {
    const tab = (await createFakeApp()).load()
    expect(await rejectionOf(reauthenticate(tab.auth))).toMatchObject({ code: 'not_signed_in' })
    expect(tab.platform.windows).toEqual([])
  })

  it('asks whoever it is, where no server says who is signed in', async () => {
    const provider = await createFakeProvider()
    provider.onToken = ({ body }) => {
      if (typeof body === 'object') delete body.id_token
    }
    const platform = createFakePlatform({ fetch: provider.fetch })
    const auth = createAuthClient({
      clientId: 'app',
      redirectUri: '/callback',
      endpoints: { authorization: `${provider.issuer}/auth`, token: `${provider.issuer}/token` },
      platform,
    })
    for (const ask of [loginWithPopup, reauthenticate]) {
      const signIn = ask(auth)
      passOn(platform.browser, provider.signIn((await windowOf({ platform })).url))
      await signIn
      expect(auth.getState()).toMatchObject({ status: 'authenticated', user: undefined })
    }
  })

  it('leaves a session that goes on alone, where another person comes back', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    const token = await tab.auth.getAccessToken()
    const asked: Promise<AuthError> = rejectionOf(reauthenticate(tab.auth, { maxAge: 60 }))
    await comeBack({ app, tab }, 'bob')
    expect(await asked).toMatchObject({ code: expect.stringMatching(/subject_changed|reauthentication/) })
    await expect(tab.auth.getAccessToken()).resolves.toBe(token)
    expect(tab.auth.getState().user?.sub).toBe('alice')
  })
})

describe('holding on to a session', () => {
  const ended = new SignInRequiredError('session_ended', 'It is over.')

  /** A client that Alice is signed in to, whose every part is in the test's hands. */
  function createClient(
    token: (request?: AccessTokenRequest) => Promise<string>,
    send?: TokenSource['send'],
  ): {
    store: Store<AuthState<unknown>, AuthEvent<unknown>>
    hold: SessionHold
    /** The session ends, and is held on to. @returns whether it is */
    end(): boolean
    signIn(subject: string | undefined): void
    /** Another tab says something. */
    say(message: unknown): void
    wake(record: Partial<SessionRecord>): void
    /** How often a sign-out was to be remembered. */
    remembered(): number
    listeners(): number
  } {
    const store = createStore<AuthState<unknown>, AuthEvent<unknown>>(
      () => ({ status: 'loading', reason: 'starting' }),
      transition,
    )
    let subject: string | undefined = 'alice'
    let record: SessionRecord = { epoch: 3, status: 'ended', refreshes: 0, rotation: 0 }
    let remembered = 0
    const heard = new Set<(message: unknown) => void>()
    const woken = new Set<() => void>()
    const hold = holdSession({
      store,
      tokens: { getAccessToken: token, ...(send && { send }) },
      line: {
        onMessage(listener) {
          heard.add(listener as (message: unknown) => void)
          return () => heard.delete(listener as (message: unknown) => void)
        },
      },
      record: { read: () => record },
      page: {
        onWake(listener) {
          const wake = (): void => listener('resumed')
          woken.add(wake)
          return () => void woken.delete(wake)
        },
      },
      subject: () => subject,
      rememberSignOut() {
        remembered += 1
      },
    })
    const signIn = (next: string | undefined): void => {
      subject = next
      store.dispatch({ type: 'signed_in', user: { sub: next } })
    }
    signIn('alice')
    return {
      store,
      hold,
      end: () => hold.takes({ type: 'ended', reason: 'session_ended', error: ended }),
      signIn,
      say(message) {
        for (const listener of heard) listener(message)
      },
      wake(changes) {
        record = { ...record, ...changes }
        for (const listener of woken) listener()
      },
      remembered: () => remembered,
      listeners: () => heard.size + woken.size,
    }
  }
  const opaque = async (): Promise<string> => 'opaque'

  it('is not done where nobody is signed in any more, or the page is being left', () => {
    for (const event of [
      { type: 'signed_out' },
      { type: 'redirect_started', to: 'login' },
    ] as const satisfies AuthEvent<unknown>[]) {
      const { store, hold, end } = createClient(opaque)
      store.dispatch(event)
      const state = store.get()
      expect(end()).toBe(false)
      expect(hold.held()).toBeUndefined()
      expect(store.get()).toBe(state)
    }
  })

  it('tells whoever waited while nobody has a name that it is another session than theirs', async () => {
    const { hold, end, signIn } = createClient(opaque)
    signIn(undefined)
    end()
    const waiting = rejectionOf(hold.getAccessToken())
    signIn(undefined)
    expect(await waiting).toMatchObject({ code: 'subject_changed' })
  })

  it.each<[string, unknown]>([
    ['something else has gone wrong', new TypeError('Failed to fetch')],
    ['somebody stops waiting', 'no longer'],
  ])('keeps nobody waiting where %s while the session ends', async (_, failure) => {
    const { hold, end } = createClient(async () => {
      end()
      throw failure
    })
    await expect(hold.getAccessToken()).rejects.toBe(failure)
  })

  it('tells at once what is no end of the session', async () => {
    let asked = 0
    const problem: AnyAuthError = new NetworkError('timeout', 'It took too long.')
    const { hold } = createClient(async () => {
      asked += 1
      throw asked === 1 ? problem : new Error('It was asked again.')
    })
    await expect(hold.getAccessToken()).rejects.toBe(problem)
    expect(asked).toBe(1)
  })

  it('asks again for what was asked for, and for no newer token than the one that has just come', async () => {
    const requests: unknown[] = []
    const { hold, end, signIn } = createClient(async (request) => {
      requests.push(request)
      if (requests.length > 1) return 'opaque'
      end()
      throw ended
    })
    const token = hold.getAccessToken({ audience: 'orders', forceRefresh: true })
    await until(() => requests.length === 1)
    await settle()
    signIn('alice')
    await expect(token).resolves.toBe('opaque')
    expect(requests).toEqual([
      { audience: 'orders', forceRefresh: true },
      { audience: 'orders', forceRefresh: false },
    ])
  })

  it('has a request that never sees a token sent once the person is back, and not before', async () => {
    const sent: ApiRequest[] = []
    const { hold, end, signIn } = createClient(opaque, async (request) => {
      sent.push(request)
      return new Response('the orders')
    })
    end()
    const request: ApiRequest = { request: new Request(api), isReplayable: true }
    const answer = hold.send(request)
    await settle()
    expect(sent).toEqual([])
    signIn('alice')
    expect(await (await answer)?.text()).toBe('the orders')
    expect(sent).toEqual([request])
  })

  it('leaves a request to the page where the tokens are in the page', async () => {
    const { hold } = createClient(opaque)
    await expect(hold.send({ request: new Request(api), isReplayable: true })).resolves.toBeUndefined()
  })

  it.each<[string, unknown, boolean]>([
    ['a sign-out that came later', { kind: 'signed_out', epoch: 4 }, true],
    ['a sign-out whose page may be gone before it is over', { kind: 'signing_out', epoch: 4 }, true],
    ['a sign-out of before', { kind: 'signed_out', epoch: 3 }, false],
    ['a sign-out of nobody knows when', { kind: 'signed_out' }, false],
    ['what only looks like a sign-out', { kind: 'signed_out', epoch: '4' }, false],
    ['anything else', { kind: 'tokens', epoch: 4 }, false],
  ])('ends, or does not, with what another tab says: %s', async (_, message, isOver) => {
    const { store, hold, end, say, remembered } = createClient(opaque)
    end()
    say(message)
    expect(hold.held() === undefined).toBe(isOver)
    expect(store.get().reason).toBe(isOver ? 'signed_out_elsewhere' : 'suspended')
    // So that nobody is signed straight back in here.
    expect(remembered()).toBe(isOver ? 1 : 0)
  })

  it.each<[string, Partial<SessionRecord>, boolean]>([
    ['somebody has signed out', { status: 'signed_out', epoch: 4 }, true],
    ['nothing has happened since', { status: 'signed_out', epoch: 3 }, false],
    ['somebody has signed in', { status: 'signed_in', epoch: 4 }, false],
  ])('ends, or does not, with what a page finds when it wakes up: %s', (_, record, isOver) => {
    const { store, hold, end, wake, remembered } = createClient(opaque)
    end()
    wake(record)
    expect(hold.held() === undefined).toBe(isOver)
    expect(store.get().reason).toBe(isOver ? 'signed_out_elsewhere' : 'suspended')
    expect(remembered()).toBe(isOver ? 1 : 0)
  })

  it('ends with a sign-out in another tab also while this page is being left: should it stay, nobody is shown', () => {
    const { store, hold, end, say } = createClient(opaque)
    end()
    store.dispatch({ type: 'redirect_started', to: 'login' })
    expect(hold.held()).toMatchObject({ user: { sub: 'alice' } })
    say({ kind: 'signed_out', epoch: 4 })
    expect(hold.held()).toBeUndefined()
  })

  it('goes on where the session that was got back ends at once, before all have heard of it', () => {
    const { store, hold, end, signIn } = createClient(opaque)
    const stop = store.subscribe(({ reason }) => {
      if (reason !== 'signed_in') return
      stop()
      end()
    })
    end()
    signIn('alice')
    expect(store.get().reason).toBe('suspended')
    expect(hold.held()).toMatchObject({ user: { sub: 'alice' } })
  })

  it('goes on where not all have heard yet of what came before the end', () => {
    const { store, hold, end } = createClient(opaque)
    const stop = store.subscribe(() => {
      stop()
      store.dispatch({ type: 'user_changed', user: { sub: 'alice', name: 'Alice B.' } })
      end()
    })
    store.dispatch({ type: 'user_changed', user: { sub: 'alice', name: 'Alice' } })
    expect(store.get().reason).toBe('suspended')
    expect(hold.held()).toMatchObject({ user: { sub: 'alice' } })
  })

  it('listens to nobody once it is over', () => {
    const { end, signIn, listeners, say, remembered } = createClient(opaque)
    expect(listeners()).toBe(0)
    end()
    expect(listeners()).toBe(2)
    signIn('alice')
    expect(listeners()).toBe(0)
    say({ kind: 'signed_out', epoch: 4 })
    expect(remembered()).toBe(0)
  })
})
