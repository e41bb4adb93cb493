import { describe, expect, it, vi } from 'vitest'
import type { FakePlatform } from '../test/fake-platform.ts'
import { createFakeProvider } from '../test/fake-provider.ts'
import { expectNoSecrets } from '../test/no-secrets.ts'
import { answerTo, cutOff, destinationOf, holdUp, nextPage, refusalOf, rejectionOf } from '../test/pages.ts'
import { createScene, createSignedInScene, goThroughLogin, type Scene } from '../test/signed-in.ts'
import {
  type AuthClient,
  type AuthEventMap,
  createAuthClient,
  type KeyValueStore,
  type Platform,
} from './index.ts'

const options = { issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback' }

/** Where the page was sent. */
const paths = ({ platform }: Scene): string[] => platform.visited.map((url) => new URL(url).pathname)

/** Everything that listeners hear, of every kind, in order. */
function listenTo({ auth }: Pick<Scene, 'auth'>): { name: keyof AuthEventMap<unknown>; event: unknown }[] {
  const heard: { name: keyof AuthEventMap<unknown>; event: unknown }[] = []
  for (const name of ['identity', 'state', 'refreshed', 'refresh_failed', 'error'] as const) {
    auth.on(name, (event) => heard.push({ name, event }))
  }
  return heard
}

describe('a sign-in', () => {
  it('goes from login to a signed-in page', async () => {
    const first = await createScene({ href: 'https://app.example/deep?x=1#part' })
    expect(first.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })

    const second = await goThroughLogin(first)
    expect(second.auth.getState()).toEqual({ status: 'loading', reason: 'callback' })
    const result = await second.auth.handleCallback()

    expect(result).toEqual({ returnTo: '/deep?x=1#part', appState: undefined })
    expect(second.platform.navigation.href()).toBe('https://app.example/callback')
    expect(second.auth.getState()).toMatchObject({
      status: 'authenticated',
      user: { sub: 'alice', name: 'Alice' },
    })
    await expect(second.auth.getAccessToken()).resolves.toMatch(/^SENTINEL-access-token/)
  })

  it('tells who it is once, and shows every step', async () => {
    const scene = await goThroughLogin(await createScene())
    const heard = listenTo(scene)
    await scene.auth.handleCallback()
    const { user } = scene.auth.getState()
    expect(heard).toEqual([
      { name: 'identity', event: { previous: undefined, current: user, reason: 'signed_in' } },
      {
        name: 'state',
        event: { previous: { status: 'loading', reason: 'callback' }, state: scene.auth.getState() },
      },
    ])
  })
})

describe('a session', () => {
  it('refreshes once when many callers find the token expired', async () => {
    const { auth, provider, platform } = await createSignedInScene()
    await platform.advance(301_000)
    const tokens = await Promise.all(Array.from({ length: 200 }, () => auth.getAccessToken()))
    expect(new Set(tokens).size).toBe(1)
    expect(provider.count('/token')).toBe(2)
  })

  it('is the same object after a refresh, which renders nothing (invariant 7)', async () => {
    const scene = await createSignedInScene()
    const state = scene.auth.getState()
    const heard = listenTo(scene)
    await scene.platform.advance(301_000)
    await scene.auth.getAccessToken()
    expect(scene.auth.getState()).toBe(state)
    const expiresAt = scene.platform.clock.now().epochMs + 300_000
    expect(heard).toEqual([{ name: 'refreshed', event: { accessTokenExpiresAt: expiresAt } }])
  })

  it('has the claims of the latest refresh, of the same person', async () => {
    const scene = await createSignedInScene()
    const heard = listenTo(scene)
    scene.provider.claims = { name: 'Alice B.' }
    await scene.auth.getAccessToken({ forceRefresh: true })
    expect(scene.auth.getState()).toMatchObject({ reason: 'user_changed', user: { name: 'Alice B.' } })
    expect(heard.map(({ name }) => name)).toEqual(['state', 'refreshed'])
  })

  it('ends, and is told, when the provider ends it', async () => {
    const scene = await createSignedInScene()
    const heard = listenTo(scene)
    scene.provider.onToken = (answer) => {
      answer.status = 400
      answer.body = { error: 'invalid_grant' }
    }
    const error = await rejectionOf(scene.auth.getAccessToken({ forceRefresh: true }))
    expect(error).toMatchObject({ code: 'session_ended' })
    expect(scene.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'session_ended', error })
    expect(heard.map(({ name }) => name)).toEqual(['identity', 'state'])
  })

  it('goes on when a refresh fails for any other reason (invariant 3)', async () => {
    const scene = await createSignedInScene()
    const state = scene.auth.getState()
    const heard = listenTo(scene)
    cutOff(scene)
    const error = await rejectionOf(scene.auth.getAccessToken({ forceRefresh: true }))
    expect(scene.auth.getState()).toBe(state)
    expect(heard).toEqual([{ name: 'refresh_failed', event: { error, retryAt: expect.any(Number) } }])
  })

  it('ends when the provider answers for another person', async () => {
    const scene = await createSignedInScene()
    scene.provider.claims = { sub: 'bob' }
    await rejectionOf(scene.auth.getAccessToken({ forceRefresh: true }))
    expect(scene.auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'subject_changed' })
  })

  it('can be without a person: a plain OAuth 2.0 server', async () => {
    const provider = await createFakeProvider()
    provider.onToken = (answer) => {
      if (typeof answer.body === 'object') delete answer.body.id_token
    }
    const oauth = (platform: FakePlatform): AuthClient<undefined> =>
      createAuthClient({ ...options, protocol: 'oauth2', platform })
    const { platform } = await createScene({ provider })
    await oauth(platform).login()
    platform.goTo(provider.signIn(platform.visited[0] ?? ''))
    const auth = oauth(platform)
    await auth.handleCallback()
    expect(auth.getState()).toEqual({ status: 'authenticated', reason: 'signed_in', user: undefined })
    await expect(auth.getAccessToken()).resolves.toMatch(/^SENTINEL/)
  })

  it('says what was granted in detail, for as long as it lasts (RFC 9396 §7)', async () => {
    const details = [{ type: 'payment', limit: 100 }]
    const scene = await goThroughLogin(await createScene())
    scene.provider.onToken = ({ body }) => void Object.assign(body, { authorization_details: details })
    await scene.auth.handleCallback()
    expect(scene.auth.grantedDetails()).toEqual(details)
    await scene.auth.logout({ local: true })
    expect(scene.auth.grantedDetails()).toBeUndefined()
  })

  it('is nobody’s before anything was asked, and can be asked of all the same', async () => {
    const { auth, provider } = await createScene()
    auth.extendSession()
    expect([auth.grantedDetails(), auth.sessionEndsAt(), auth.satisfies({})]).toEqual([
      undefined,
      undefined,
      false,
    ])
    expect(provider.seen).toEqual([])
  })

  it('is explained without a secret, whatever became of it', async () => {
    const scene = await createSignedInScene()
    expect(scene.auth.explain()).toEqual({
      sentence: 'Signed in: the person signed in on this page.',
      status: 'authenticated',
      reason: 'signed_in',
      errorCode: undefined,
      session: {
        scope: 'openid profile email',
        accessTokenExpiresAt: scene.platform.clock.now().epochMs + 300_000,
        hasRefreshToken: true,
      },
      keeper: { kind: 'memory' },
      restore: [],
    })
    await scene.auth.logout({ local: true })
    expect(scene.auth.explain()).toMatchObject({ reason: 'signed_out', session: undefined })
  })
})

describe('making a client', () => {
  /** Everything in it can be taken, and nothing can be called. */
  function untouchable(name: string): never {
    return new Proxy(() => undefined, {
      get: (_, key) => (typeof key === 'string' ? untouchable(`${name}.${key}`) : undefined),
      apply: () => {
        throw new Error(`${name}() was called`)
      },
    }) as never
  }
  const platform: Platform = {
    clock: untouchable('clock'),
    random: untouchable('random'),
    fetch: untouchable('fetch'),
    send: untouchable('send'),
    session: untouchable('session'),
    shared: untouchable('shared'),
    locks: untouchable('locks'),
    openChannel: untouchable('openChannel'),
    openFrame: untouchable('openFrame'),
    navigation: untouchable('navigation'),
    page: untouchable('page'),
  }

  it('does nothing, and neither does listening to it (invariant 1)', () => {
    const auth = createAuthClient({ ...options, platform })
    auth.subscribe(() => undefined)()
    auth.on('identity', () => undefined)()
    expect(auth.getServerState()).toEqual({ status: 'loading', reason: 'starting' })
    // The proof that the platform would have noticed.
    expect(() => auth.getState()).toThrow('page.exists() was called')
  })

  it('sends no request and touches no storage until somebody signs in: a first paint is free', async () => {
    const scene = await createScene()
    const spies = [
      vi.spyOn(scene.platform.session, 'set'),
      vi.spyOn(scene.platform.session, 'remove'),
      vi.spyOn(scene.platform.random, 'bytes'),
      vi.spyOn(scene.platform.clock, 'setTimer'),
    ]
    const stop = scene.auth.start()
    scene.auth.getState()
    await scene.auth.ready()
    await rejectionOf(scene.auth.getAccessToken())
    stop()
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
    expect(scene.provider.seen).toEqual([])
  })

  it('says which option is wrong at once', () => {
    expect(() => createAuthClient({ ...options, clientId: '' })).toThrow(
      expect.objectContaining({ code: 'invalid_option' }),
    )
  })
})

describe('on a server', () => {
  it('is loading for ever, and safe to ask (invariant 1)', async () => {
    expect(typeof window).toBe('undefined')
    expect(typeof document).toBe('undefined')
    const auth = createAuthClient(options)
    const loading = { status: 'loading', reason: 'starting' }
    expect(auth.getState()).toEqual(loading)
    expect(auth.getState()).toBe(auth.getServerState())
    auth.start()()
    await expect(auth.ready()).resolves.toEqual(loading)
    await expect(auth.requireSession()).resolves.toEqual(loading)
    expect(await rejectionOf(auth.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
    expect(auth.explain()).toMatchObject({ status: 'loading', session: undefined })
  })

  it('says that it needs a browser where somebody acts', async () => {
    const auth = createAuthClient(options)
    expect(await rejectionOf(auth.handleCallback())).toMatchObject({ code: 'no_browser' })
    expect(await auth.logout()).toMatchObject({ provider: 'local', error: { code: 'no_browser' } })
  })

  it('renders the same first state as a page in hydration does, whatever the page has', async () => {
    const { auth } = await createSignedInScene()
    expect(auth.getServerState()).toEqual({ status: 'loading', reason: 'starting' })
    expect(auth.getServerState()).toBe(auth.getServerState())
  })
})

describe('every function of a client', () => {
  it('can be taken out of it (pain 56)', async () => {
    const scene = await goThroughLogin(await createScene())
    const { getState, getServerState, subscribe, on, start, ready, explain } = scene.auth
    const { login, requireSession, handleCallback, logout, getAccessToken } = scene.auth
    const changed = vi.fn()
    const stops = [subscribe(changed), on('state', changed), start()]
    await handleCallback()
    expect(changed).toHaveBeenCalledTimes(2)
    expect(changed.mock.calls[0]).toEqual([{ state: getState(), previous: expect.anything() }])
    expect(changed.mock.calls[1]).toEqual([])
    expect(getServerState().status).toBe('loading')
    await expect(getAccessToken()).resolves.toMatch(/^SENTINEL/)
    await expect(ready()).resolves.toBe(getState())
    await expect(requireSession()).resolves.toBe(getState())
    expect(explain().status).toBe('authenticated')
    for (const stop of stops) stop()
    await logout({ local: true })
    await login()
    expect(changed).toHaveBeenCalledTimes(2)
    expect(paths(scene)).toEqual(['/auth'])
  })
})

describe('ready()', () => {
  it('is the state once the callback has been dealt with, well or not', async () => {
    const well = await goThroughLogin(await createScene())
    const decided = well.auth.ready()
    await well.auth.handleCallback()
    await expect(decided).resolves.toMatchObject({ status: 'authenticated' })

    const bare = await createScene({ href: 'https://app.example/callback' })
    const undecided = bare.auth.ready()
    await rejectionOf(bare.auth.handleCallback())
    await expect(undecided).resolves.toMatchObject({ status: 'unauthenticated', reason: 'sign_in_failed' })
  })

  it('is the state as it is after 3 seconds, however slow the provider (invariant 6)', async () => {
    const scene = await goThroughLogin(await createScene())
    const request = holdUp(scene, '/token')
    scene.auth.handleCallback()
    const decided = vi.fn()
    scene.auth.ready().then(decided)
    await request.arrived
    await scene.platform.advance(2_999)
    expect(decided).not.toHaveBeenCalled()
    await scene.platform.advance(1)
    expect(decided).toHaveBeenCalledWith({ status: 'loading', reason: 'callback' })
  })
})

describe('start()', () => {
  it('leaves no listener and no timer behind, however often it is called (pain 5)', async () => {
    const { auth, platform } = await createSignedInScene()
    for (let round = 0; round < 100; round++) auth.start()()
    expect(platform.listenerCount()).toBe(0)
    expect(platform.timerCount()).toBe(0)
  })

  it('listens once, and renews once, however many have started it', async () => {
    const { auth, platform } = await createSignedInScene()
    const first = auth.start()
    const [listeners, timers] = [platform.listenerCount(), platform.timerCount()]
    expect([listeners > 0, timers]).toEqual([true, 1])
    const others = Array.from({ length: 5 }, () => auth.start())
    first()
    first()
    expect([platform.listenerCount(), platform.timerCount()]).toEqual([listeners, timers])
    for (const stop of others) stop()
    expect([platform.listenerCount(), platform.timerCount()]).toEqual([0, 0])
  })

  it('renews ahead of time a session that began after it', async () => {
    const scene = await goThroughLogin(await createScene())
    const stop = scene.auth.start()
    await scene.auth.handleCallback()
    const refreshed = new Promise((resolve) => scene.auth.on('refreshed', resolve))
    await scene.platform.advance(240_000)
    expect(scene.provider.count('/token')).toBe(1)
    await scene.platform.advance(9_000)
    await refreshed
    expect(scene.provider.count('/token')).toBe(2)
    stop()
    expect([scene.platform.listenerCount(), scene.platform.timerCount()]).toEqual([0, 0])
  })

  it('renews nothing where it was stopped before the session began', async () => {
    const scene = await goThroughLogin(await createScene())
    const stop = scene.auth.start()
    const signingIn = scene.auth.handleCallback()
    stop()
    await signingIn
    expect([scene.platform.listenerCount(), scene.platform.timerCount()]).toEqual([0, 0])
  })

  it('is not needed to sign in, to have a token refreshed and to sign out', async () => {
    const scene = await createSignedInScene()
    await scene.platform.advance(301_000)
    await expect(scene.auth.getAccessToken()).resolves.toMatch(/^SENTINEL/)
    await expect(scene.auth.logout()).resolves.toMatchObject({ provider: 'redirected' })
  })
})

describe('a page that was loaded anew because a sign-in could not be loaded', () => {
  const key = (auth: AuthClient): string => `latchkey.${auth.instanceId}.sign-in-after-reload`

  it('goes on with that sign-in, once', async () => {
    const scene = await createScene()
    scene.platform.stored.set(key(scene.auth), JSON.stringify({ loginHint: 'alice', returnTo: '/orders' }))
    scene.auth.start()
    await scene.platform.advance(0)
    expect(paths(scene)).toEqual(['/auth'])
    expect(new URL(scene.platform.visited[0] ?? '').searchParams.get('login_hint')).toBe('alice')
    expect(scene.platform.stored.has(key(scene.auth))).toBe(false)
  })

  it.each(['{', '"x"', '{"loginHint":1}'])('does nothing of what it cannot read: %s', async (text) => {
    const scene = await createScene()
    scene.platform.stored.set(key(scene.auth), text)
    scene.auth.start()
    await scene.platform.advance(0)
    expect(scene.platform.visited).toEqual([])
    expect(scene.platform.stored.has(key(scene.auth))).toBe(false)
  })
})

describe('a page that comes back from the back/forward cache (pain 21)', () => {
  it('can sign in again at once, after it had left to sign in', async () => {
    const scene = await createScene()
    scene.auth.start()
    await scene.auth.login()
    scene.platform.wake('restored')
    expect(scene.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'redirect_cancelled' })
    await scene.auth.login()
    expect(paths(scene)).toEqual(['/auth', '/auth'])
    expect(scene.auth.getState().status).toBe('redirecting')
  })

  it('has the session that it left with', async () => {
    const scene = await createSignedInScene()
    scene.auth.start()
    const { user } = scene.auth.getState()
    const heard = listenTo(scene)
    await scene.auth.login({ maxAge: 0 })
    scene.platform.wake('restored')
    expect(scene.auth.getState()).toEqual({ status: 'authenticated', reason: 'redirect_cancelled', user })
    expect(heard.filter(({ name }) => name === 'identity')).toEqual([])
    await expect(scene.auth.getAccessToken()).resolves.toMatch(/^SENTINEL/)
  })

  it('goes nowhere for a sign-in that was clicked for before the person went elsewhere', async () => {
    const scene = await createScene()
    scene.auth.start()
    const { arrived, goOn } = holdUp(scene)
    const left = scene.auth.login()
    await arrived
    scene.platform.wake('restored')
    goOn()
    await left
    expect(paths(scene)).toEqual([])
    expect(scene.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    await scene.auth.login()
    expect(paths(scene)).toEqual(['/auth'])
  })

  it('nor where the very code for it was on its way', async () => {
    const scene = await createScene()
    scene.auth.start()
    const left = scene.auth.login()
    scene.platform.wake('restored')
    await left
    expect(paths(scene)).toEqual([])
  })

  it('still signs in where the page itself needs it', async () => {
    const scene = await createScene()
    scene.auth.start()
    const { arrived, goOn } = holdUp(scene)
    const needed = scene.auth.requireSession()
    await arrived
    scene.platform.wake('restored')
    goOn()
    await needed
    expect(paths(scene)).toEqual(['/auth'])
  })

  it('changes nothing where it had not left, or was only seen or online again', async () => {
    const scene = await createSignedInScene()
    scene.auth.start()
    const state = scene.auth.getState()
    for (const cause of ['restored', 'visible', 'online'] as const) scene.platform.wake(cause)
    expect(scene.auth.getState()).toBe(state)

    const leaving = await createScene()
    leaving.auth.start()
    await leaving.auth.login()
    for (const cause of ['visible', 'online'] as const) leaving.platform.wake(cause)
    expect(leaving.auth.getState().status).toBe('redirecting')
  })
})

describe('requireSession()', () => {
  it('gives the state where somebody is signed in, and goes nowhere', async () => {
    const scene = await createSignedInScene()
    await expect(scene.auth.requireSession()).resolves.toBe(scene.auth.getState())
    expect(paths(scene)).toEqual([])
  })

  it('signs in where nobody is, and comes back to where it was asked', async () => {
    const scene = await createScene({ href: 'https://app.example/orders?page=2' })
    await expect(scene.auth.requireSession({ loginHint: 'alice' })).resolves.toEqual({
      status: 'redirecting',
      reason: 'requested',
      to: 'login',
    })
    expect(destinationOf(scene).searchParams.get('login_hint')).toBe('alice')
    const back = await nextPage(scene, answerTo(scene))
    await expect(back.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/orders?page=2' })
  })

  it('waits for a callback that is being dealt with', async () => {
    const scene = await goThroughLogin(await createScene())
    const required = scene.auth.requireSession()
    await scene.auth.handleCallback()
    await expect(required).resolves.toMatchObject({ status: 'authenticated' })
    expect(paths(scene)).toEqual([])
  })

  it('goes once for all the guards of a page', async () => {
    const scene = await createScene()
    await Promise.all(Array.from({ length: 10 }, () => scene.auth.requireSession()))
    expect(paths(scene)).toEqual(['/auth'])
    // And counts once: the next page may go again.
    const next = await nextPage(scene)
    await next.auth.requireSession()
    expect(paths(next)).toEqual(['/auth'])
  })

  it('joins a sign-in that the person has begun', async () => {
    const scene = await createScene()
    await Promise.all([scene.auth.login(), scene.auth.requireSession()])
    expect(paths(scene)).toEqual(['/auth'])
  })

  it.each<[string, (scene: Scene) => void]>([
    ['the provider is down', cutOff],
    ['storage is blocked', ({ platform }) => platform.blockStorage()],
    ['the page is not secure', ({ platform }) => platform.setSecure(false)],
  ])('never rejects, and goes nowhere: %s', async (_, arrange) => {
    const scene = await createScene()
    arrange(scene)
    const state = await scene.auth.requireSession()
    expect(state).toMatchObject({ status: 'unauthenticated', reason: 'sign_in_failed' })
    expect(state.error).toBeDefined()
    expect(paths(scene)).toEqual([])
  })

  /** A guarded page and a provider that bring each other back, until nothing moves. @returns every navigation */
  async function loop(
    scene: Scene,
    answer: (left: Scene) => string,
  ): Promise<{ last: Scene; count: number }> {
    let [page, count] = [scene, 0]
    for (let round = 0; round < 8; round++) {
      await page.auth.requireSession()
      if (page.platform.visited.length === 0) return { last: page, count }
      count += page.platform.visited.length
      const back = await nextPage(page, answer(page))
      await back.auth.handleCallback().catch(() => undefined)
      page = await nextPage(back, 'https://app.example/orders')
    }
    return { last: page, count }
  }

  it.each<[string, (left: Scene) => string]>([
    ['every answer is a refusal', (left) => refusalOf(left, 'access_denied')],
    ['every answer wants somebody to act', (left) => refusalOf(left, 'login_required')],
    ['every answer comes from another issuer', (left) => answerTo(left, { iss: 'https://evil.example' })],
    ['every answer has lost its state', (left) => answerTo(left, { state: 'x' })],
    ['every code is refused', (left) => answerTo(left, { code: 'wrong' })],
    ['every sign-in works, and the page forgets it', (left) => answerTo(left)],
  ])('goes twice at most, and then says why it stopped: %s (invariant 4)', async (_, answer) => {
    const { last, count } = await loop(await createScene({ href: 'https://app.example/orders' }), answer)
    expect(count).toBe(2)
    expect(last.auth.getState()).toMatchObject({
      status: 'unauthenticated',
      reason: 'sign_in_failed',
      error: { name: 'SignInRequiredError', code: 'login_loop' },
    })
  })

  it('goes on once the person acts: a click on login(), or a reload', async () => {
    const { last } = await loop(await createScene(), (left) => refusalOf(left, 'access_denied'))
    const clicked = await nextPage(last)
    await clicked.auth.login()
    expect(paths(clicked)).toEqual(['/auth'])
    const afterClick = await loop(await nextPage(clicked), (left) => refusalOf(left, 'access_denied'))
    expect(afterClick.count).toBe(2)

    const reloaded = await nextPage(afterClick.last)
    reloaded.platform.setUserDriven(true)
    await reloaded.auth.requireSession()
    expect(paths(reloaded)).toEqual(['/auth'])
  })

  it('goes on after five minutes', async () => {
    const { last } = await loop(await createScene(), (left) => refusalOf(left, 'access_denied'))
    await last.platform.advance(5 * 60_000)
    const later = await nextPage(last)
    await later.auth.requireSession()
    expect(paths(later)).toEqual(['/auth'])
  })

  it('tells of the loop that it stopped, as of any failure', async () => {
    const { last } = await loop(await createScene(), (left) => refusalOf(left, 'access_denied'))
    const again = await nextPage(last)
    const heard = listenTo(again)
    const { error } = await again.auth.requireSession()
    expect(error).toMatchObject({ code: 'login_loop' })
    expect(heard.filter(({ name }) => name === 'error')).toEqual([
      { name: 'error', event: { error, during: 'login' } },
    ])
  })
})

describe('two clients on one origin (invariant 11)', () => {
  const clients = [{ name: 'a' }, { name: 'b' }, { clientId: 'other' }, { issuer: 'https://id.other' }]

  /** Notes which keys somebody reads, writes or removes. */
  function watched(store: KeyValueStore): { store: KeyValueStore; touched: Set<string> } {
    const touched = new Set<string>()
    const note = (key: string): string => {
      touched.add(key)
      return key
    }
    return {
      touched,
      store: {
        get: (key) => store.get(note(key)),
        set: (key, value) => store.set(note(key), value),
        remove: (key) => store.remove(note(key)),
        keys: () => store.keys(),
      },
    }
  }

  it('never read, write or clear each other’s keys, or the app’s own', async () => {
    const stored = new Map([['own', 'x']])
    const everything: string[] = []
    for (const special of clients) {
      const provider = await createFakeProvider(special.issuer)
      provider.claims = { aud: special.clientId ?? 'app' }
      const { platform } = await createScene({ provider, stored, href: 'https://app.example/' })
      const { store, touched } = watched(platform.session)
      const create = (): AuthClient =>
        createAuthClient({ ...options, ...special, platform: { ...platform, session: store } })
      for (let round = 0; round < 12; round++) {
        await create().login()
        platform.setWallClock(platform.clock.now().epochMs + 1)
      }
      await create().requireSession()
      platform.goTo(provider.signIn(platform.visited.at(-1) ?? ''))
      const auth = create()
      await auth.handleCallback()
      await auth.logout({ local: true })
      // A sign-in of the past and of the present, its metadata, the breaker and the sign-out.
      expect(touched.size).toBeGreaterThan(10)
      everything.push(...touched)
    }
    expect(new Set(everything).size).toBe(everything.length)
    for (const key of everything) expect(key).toMatch(/^latchkey\.\w+\.[\w.-]+$/)
    expect(stored.get('own')).toBe('x')
  })

  it('share a callback path: each takes its own answer and leaves the other’s alone', async () => {
    for (const order of ['own first', 'other first']) {
      const provider = await createFakeProvider()
      const left = await createScene({ provider, options: { name: 'a' } })
      await left.auth.login()
      const url = answerTo(left)
      const own = await nextPage(left, url, { name: 'a' })
      const other = createAuthClient({ ...options, name: 'b', platform: own.platform })

      if (order === 'other first') {
        expect(await rejectionOf(other.handleCallback())).toMatchObject({ code: 'no_sign_in_pending' })
        expect(own.platform.navigation.href()).toBe(url)
      }
      await expect(own.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/' })
      if (order === 'own first') {
        expect(await rejectionOf(other.handleCallback())).toMatchObject({ code: 'no_sign_in_pending' })
      }
      expect(own.auth.getState().status).toBe('authenticated')
      expect(other.getState().status).toBe('unauthenticated')
      expect(provider.count('/token')).toBe(1)
    }
  })
})

describe('a secret (invariant 9, ERR-02)', () => {
  /** The URL, the answer and the request may know; nothing that the app is given may. */
  async function createWatched(): Promise<{ scene: Scene; shown: unknown[]; check: () => void }> {
    const left = await createScene()
    const shown: unknown[] = [listenTo(left)]
    await left.auth.login({ appState: { cart: 1 } })
    const key = [...left.platform.stored.keys()].find((name) => name.includes('.sign-in.')) ?? ''
    const { codeVerifier, nonce, state } = JSON.parse(left.platform.stored.get(key) ?? '').signIn
    const scene = await nextPage(left, answerTo(left))
    shown.push(listenTo(scene))
    return {
      scene,
      shown,
      check() {
        const secrets = [...scene.provider.secrets, codeVerifier, nonce]
        expect(secrets.length).toBeGreaterThan(2)
        expectNoSecrets(
          [shown, scene.auth.getState(), scene.auth.explain(), [...scene.platform.stored.values()]],
          [...secrets, state],
        )
        expectNoSecrets([...scene.platform.stored.keys(), scene.platform.navigation.href()], secrets)
      },
    }
  }

  it('is nowhere to be seen through a whole session', async () => {
    const { scene, shown, check } = await createWatched()
    shown.push(await scene.auth.handleCallback())
    check()
    await scene.platform.advance(301_000)
    await scene.auth.getAccessToken()
    check()
    shown.push(await scene.auth.logout({ local: true }))
    check()
  })

  it.each<[string, Scene['provider']['onToken']]>([
    [
      'echoes all it was sent',
      (answer, form) => {
        answer.status = 400
        answer.body = { error: 'invalid_request', error_description: `bad: ${[...form.values()].join(' ')}` }
      },
    ],
    [
      'refuses the client and echoes',
      (answer, form) => {
        answer.status = 401
        answer.body = { error: 'invalid_client', error_description: form.toString() }
      },
    ],
    [
      'fails with a page',
      (answer, form) => {
        answer.status = 500
        answer.body = `<pre>${form}</pre>`
      },
    ],
    [
      'gives tokens that are no JSON',
      (answer) => {
        answer.body = `${JSON.stringify(answer.body)},`
      },
    ],
    [
      'gives tokens of another type',
      (answer) => {
        if (typeof answer.body === 'object') answer.body.token_type = 'mac'
      },
    ],
    [
      'breaks the ID token’s signature',
      (answer) => {
        if (typeof answer.body === 'object') answer.body.id_token = String(answer.body.id_token).slice(0, -8)
      },
    ],
    [
      'gives no access token',
      (answer) => {
        if (typeof answer.body === 'object') delete answer.body.access_token
      },
    ],
  ])('is in no error where the token endpoint %s', async (_, fault) => {
    for (const during of ['sign-in', 'refresh'] as const) {
      const { scene, shown, check } = await createWatched()
      if (during === 'refresh') await scene.auth.handleCallback()
      scene.provider.onToken = fault
      const failed =
        during === 'refresh' ? scene.auth.getAccessToken({ forceRefresh: true }) : scene.auth.handleCallback()
      shown.push(await rejectionOf(failed))
      check()
    }
  })

  it.each<[string, Record<string, unknown>]>([
    ['another nonce', { nonce: 'another' }],
    ['no nonce', { nonce: undefined }],
    ['another audience', { aud: 'another' }],
    ['another issuer', { iss: 'https://evil.example' }],
    ['an end long past', { exp: 1 }],
  ])('is in no error where the ID token has %s', async (_, claims) => {
    const { scene, shown, check } = await createWatched()
    scene.provider.claims = claims
    shown.push(await rejectionOf(scene.auth.handleCallback()))
    check()
  })

  it.each<[string, (url: URL) => void]>([
    ['comes from another issuer', (url) => url.searchParams.set('iss', 'https://evil.example')],
    ['repeats its code', (url) => url.searchParams.append('code', url.searchParams.get('code') ?? '')],
    ['has its code in the hash too', (url) => (url.hash = `code=${url.searchParams.get('code')}`)],
    [
      'has a state that nobody knows',
      (url) => url.searchParams.set('state', `${url.searchParams.get('state')}x`),
    ],
    ['is on another path', (url) => (url.pathname = '/elsewhere')],
  ])('is in no error where the answer %s', async (_, change) => {
    const { scene, shown, check } = await createWatched()
    const url = new URL(scene.platform.navigation.href())
    change(url)
    shown.push(await rejectionOf(scene.auth.handleCallback(url.href)))
    scene.platform.goTo('https://app.example/')
    // It was not used, so its record may be there still, under its own key.
    for (const key of scene.platform.stored.keys())
      if (key.includes('.sign-in.')) scene.platform.stored.delete(key)
    check()
  })

  it('is in no error where the provider cannot be told of a sign-out', async () => {
    const { scene, shown, check } = await createWatched()
    await scene.auth.handleCallback()
    cutOff(scene)
    shown.push(await scene.auth.logout())
    check()
  })
})
