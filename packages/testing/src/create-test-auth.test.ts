import { type AuthClient, type AuthState, NetworkError, type User } from '@latchkey/core'
import { describe, expect, it } from 'vitest'
import { here } from './here.ts'
import { createTestAuth, type TestAuth, type TestAuthOptions, testUser } from './index.ts'

const alice: User = { sub: 'alice', name: 'Alice' }

/** Every state that a client goes through. */
function statesOf(auth: AuthClient<User>): AuthState<User>[] {
  const states: AuthState<User>[] = []
  auth.on('state', ({ state }) => states.push(state))
  return states
}

describe('how the page of a test begins', () => {
  it.each<[string, TestAuthOptions, Partial<AuthState<User>>]>([
    ['nobody signed in', {}, { status: 'unauthenticated', reason: 'no_session' }],
    ['whoever is given', { user: alice }, { status: 'authenticated', reason: 'signed_in', user: alice }],
    ['somebody', { status: 'authenticated' }, { status: 'authenticated', user: testUser }],
    ['nobody yet', { user: alice, status: 'unauthenticated' }, { status: 'unauthenticated' }],
    ['a search', { status: 'loading' }, { status: 'loading', reason: 'restoring' }],
    ['a departure', { status: 'redirecting' }, { status: 'redirecting', to: 'login' }],
    ['a return', { callback: {} }, { status: 'loading', reason: 'callback' }],
  ])('is with %s', (_, options, state) => {
    expect(createTestAuth(options).getState()).toMatchObject(state)
  })

  it('is not one that a misspelt option leaves to chance', () => {
    const options = { staus: 'loading' } as TestAuthOptions
    expect(() => createTestAuth(options)).toThrow(
      expect.objectContaining({ code: 'invalid_option', message: expect.stringMatching(/"staus".*status/) }),
    )
  })

  it('may be without a person, as with a plain OAuth 2.0 server', async () => {
    const auth = createTestAuth<undefined>({ user: undefined, status: 'authenticated' })
    expect(auth.getState()).toEqual({ status: 'authenticated', reason: 'signed_in', user: undefined })
    await expect(auth.getAccessToken()).resolves.toBe('test-access-token')
  })

  it('tells of the end of a session that was there from the start', () => {
    const auth = createTestAuth({ user: alice })
    const identities: unknown[] = []
    auth.on('identity', ({ previous, current }) => identities.push([previous, current]))
    auth.signOutElsewhere()
    expect(identities).toEqual([[alice, undefined]])
  })
})

describe('a redirect that is over at once', () => {
  it('signs in whoever the test is about, by every step of a real one', async () => {
    const auth = createTestAuth({ user: alice, status: 'unauthenticated' })
    const states = statesOf(auth)
    const identities: unknown[] = []
    auth.on('identity', (event) => identities.push(event))
    const leaving = auth.login({ returnTo: '/orders' })
    expect(auth.getState()).toMatchObject({ status: 'authenticated', user: alice })
    await leaving
    expect(states.map(({ status }) => status)).toEqual(['redirecting', 'loading', 'authenticated'])
    expect(identities).toEqual([{ previous: undefined, current: alice, reason: 'signed_in' }])
    expect(auth.logins).toEqual([{ returnTo: '/orders' }])
    await expect(auth.handleCallback()).resolves.toEqual({ returnTo: '/orders', appState: undefined })
  })

  it('signs out, so that a guard shows its notice instead of signing in again', async () => {
    const auth = createTestAuth({ user: alice })
    await expect(auth.logout({ returnTo: '/bye' })).resolves.toMatchObject({ provider: 'redirected' })
    expect(auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out' })
    expect(auth.logouts).toEqual([{ returnTo: '/bye' }])
    await auth.requireSession()
    expect(auth.logins).toEqual([])
  })

  it('lets a guard through', async () => {
    const auth = createTestAuth()
    await expect(auth.requireSession({ returnTo: '/deep' })).resolves.toMatchObject({ user: testUser })
    expect(auth.logins).toEqual([{ returnTo: '/deep' }])
  })

  it('finishes on a callback page, once', async () => {
    const auth = createTestAuth({ user: alice, callback: { returnTo: '/orders', appState: 7 } })
    const identities: unknown[] = []
    auth.on('identity', (event) => identities.push(event))
    auth.start()
    await expect(auth.handleCallback()).resolves.toEqual({ returnTo: '/orders', appState: 7 })
    expect(identities).toHaveLength(1)
  })

  it('finishes on a callback page that nobody but start() deals with', async () => {
    const auth = createTestAuth({ user: alice, callback: {} })
    auth.start()
    await expect(auth.ready()).resolves.toMatchObject({ status: 'authenticated', user: alice })
  })

  it('brings back whoever authenticated as was asked, which satisfies the guard that asked', async () => {
    const auth = createTestAuth({ user: alice })
    const demand = { acrValues: ['urn:example:two-factor'], maxAge: 60 }
    expect(auth.satisfies(demand)).toBe(false)
    await auth.requireSession(demand)
    expect(auth.satisfies(demand)).toBe(true)
    expect(auth.logins).toEqual([demand])
  })
})

describe('what an API demands', () => {
  it('is granted by the sign-in that asks for it', async () => {
    const auth = createTestAuth({ user: alice })
    await auth.login({ scope: 'openid profile email admin' })
    expect(auth.explain().session?.scope).toBe('openid profile email admin')
  })
})

describe('time, which a test may hold', () => {
  it('makes a sign-in too old for a demand', async () => {
    let now = 1_800_000_000_000
    const auth = createTestAuth({ user: alice, now: () => now })
    expect(auth.satisfies({ maxAge: 60 })).toBe(true)
    // The tolerance of a client that was told of none.
    now += 91_000
    expect(auth.satisfies({ maxAge: 60 })).toBe(false)
    expect(
      createTestAuth({ user: { ...alice, auth_time: now / 1000 - 60 }, now: () => now }).satisfies({
        maxAge: 20,
      }),
    ).toBe(false)
  })

  it('ends in one step a session that nothing can renew, while the app is there', () => {
    const auth = createTestAuth({ user: alice, hasRefreshToken: false })
    const stop = auth.start()
    auth.expire()
    expect(auth.getState()).toMatchObject({ reason: 'session_expired', error: { code: 'session_expired' } })
    auth.signIn()
    auth.advance(300_000)
    expect(auth.getState().reason).toBe('session_expired')
    stop()
  })

  it('leaves a session alone that has run out unseen, until a token is asked for', async () => {
    const auth = createTestAuth({ user: alice, hasRefreshToken: false })
    auth.expire()
    auth.advance(60_000)
    expect(auth.getState().status).toBe('authenticated')
    await expect(auth.getAccessToken()).rejects.toMatchObject({ code: 'session_expired' })
    expect(auth.getState().reason).toBe('session_expired')
  })

  it('renews what has run out unseen when it is asked for, and not before', async () => {
    const auth = createTestAuth({ user: alice })
    const refreshed: unknown[] = []
    auth.on('refreshed', (event) => refreshed.push(event))
    const stop = auth.start()
    auth.expire()
    await Promise.resolve()
    await Promise.resolve()
    expect(refreshed).toEqual([])
    await auth.getAccessToken()
    expect(refreshed).toHaveLength(1)
    stop()
  })

  it('is what the test says it is, to whoever asks for a token', async () => {
    let now = 1_800_000_000_000
    const auth = createTestAuth({ user: alice, now: () => now })
    expect(auth.explain().session?.accessTokenExpiresAt).toBe(now + 300_000)
    now += 301_000
    await expect(auth.getAccessToken()).resolves.toBe('test-access-token-2')
    auth.advance(301_000)
    await expect(auth.getAccessToken()).resolves.toBe('test-access-token-3')
  })

  it('renews what has expired again while the app is there', async () => {
    const auth = createTestAuth({ user: alice })
    const stop = auth.start()
    const refreshed: unknown[] = []
    auth.on('refreshed', () => refreshed.push(undefined))
    for (const count of [1, 2, 3]) {
      auth.advance(250_000)
      await Promise.resolve()
      await Promise.resolve()
      expect(refreshed).toHaveLength(count)
    }
    stop()
  })

  it('sets the end of the session, for as long as there is one', () => {
    const auth = createTestAuth({ user: alice, hasRefreshToken: false, sessionEndsAt: 5 })
    expect(auth.sessionEndsAt()).toBe(5)
    auth.endSessionAt(7)
    expect(auth.sessionEndsAt()).toBe(7)
    auth.endSessionAt(undefined)
    expect(auth.sessionEndsAt()).toBe(auth.explain().session?.accessTokenExpiresAt)
    auth.signOut()
    expect(auth.sessionEndsAt()).toBeUndefined()
  })
})

describe('a control', () => {
  it.each<[string, (auth: TestAuth) => void]>([
    ['signOutElsewhere', (auth) => auth.signOutElsewhere()],
    ['endSession', (auth) => auth.endSession()],
    ['expire', (auth) => auth.expire()],
    ['changeUser', (auth) => auth.changeUser(alice)],
    ['settle', (auth) => auth.settle()],
    ['failRestore', (auth) => auth.failRestore()],
    ['losePatience', (auth) => auth.losePatience()],
    ['comeBack', (auth) => auth.comeBack()],
  ])('throws where it cannot happen: %s', (name, control) => {
    const auth = createTestAuth({ status: 'unauthenticated' })
    if (name === 'settle') auth.signIn()
    expect(() => control(auth)).toThrow(`${name}() cannot happen now: the state is`)
  })

  it.each<[string, (auth: TestAuth) => void]>([
    ['signIn', (auth) => auth.signIn()],
    ['failSignIn', (auth) => auth.failSignIn()],
    ['signInElsewhere', (auth) => auth.signInElsewhere(alice)],
  ])('throws while the page is being left for a sign-out: %s', async (name, control) => {
    const auth = createTestAuth({ user: alice, redirects: 'manual' })
    await auth.logout()
    expect(() => control(auth)).toThrow(`${name}() cannot happen now: the state is "redirecting"`)
    expect(auth.getState()).toMatchObject({ to: 'logout' })
    auth.signOut()
    auth.signIn()
    expect(auth.getState().user).toEqual(alice)
  })

  it('fails no sign-in that the page was left for before it was left for a sign-out', async () => {
    const auth = createTestAuth({ redirects: 'manual' })
    const errors: unknown[] = []
    auth.on('error', (event) => errors.push(event))
    await auth.login()
    await auth.logout()
    auth.signOut()
    await Promise.resolve()
    expect(errors).toEqual([])
  })

  it('ends the session as the provider would', async () => {
    const auth = createTestAuth({ user: alice })
    auth.endSession()
    expect(auth.getState()).toMatchObject({ reason: 'session_ended', error: { code: 'session_ended' } })
    await expect(auth.getAccessToken()).rejects.toMatchObject({ code: 'not_signed_in' })
  })

  it('lets the next refresh fail, and no other', async () => {
    const auth = createTestAuth({ user: alice })
    auth.expire()
    auth.failNextRefresh()
    await expect(auth.getAccessToken()).rejects.toBeInstanceOf(NetworkError)
    await expect(auth.getAccessToken()).resolves.toBe('test-access-token-2')
  })

  it('looks for a session, and finds that it cannot be asked for', async () => {
    const auth = createTestAuth()
    auth.startLoading()
    const token = auth.getAccessToken()
    auth.failRestore()
    expect(auth.getState()).toMatchObject({ reason: 'restore_failed' })
    await expect(token).rejects.toMatchObject({ code: 'network_failed' })
    auth.settle(alice)
    expect(auth.getState()).toMatchObject({ status: 'authenticated', reason: 'restored' })
  })

  it('loses patience with a session that nobody waits for', () => {
    const auth = createTestAuth({ status: 'loading' })
    auth.losePatience()
    expect(auth.getState()).toEqual({ status: 'unauthenticated', reason: 'restore_timeout' })
  })

  it('lets nobody wait longer for a callback that is not answered', async () => {
    const auth = createTestAuth({ callback: {}, redirects: 'manual' })
    const decided = auth.ready()
    auth.losePatience()
    await expect(decided).resolves.toMatchObject({ status: 'loading', reason: 'callback' })
  })

  it('takes the page through a failed callback, whether or not anybody asked for the outcome', async () => {
    const auth = createTestAuth({ redirects: 'manual' })
    await auth.login({ returnTo: '/orders' })
    auth.failSignIn()
    expect(auth.getState()).toMatchObject({
      reason: 'sign_in_failed',
      error: { code: 'access_denied', returnTo: '/orders' },
    })
    await expect(auth.handleCallback()).rejects.toMatchObject({ code: 'access_denied' })
  })
})

describe('auth.fetch', () => {
  it('goes to a path of the app, where the app itself is listed', async () => {
    const auth = createTestAuth({
      user: alice,
      apis: [new URL(here()).origin],
      fetch: () => Response.json([1, 2]),
    })
    const response = await auth.fetch('/api/orders?page=2')
    await expect(response.json()).resolves.toEqual([1, 2])
    expect(auth.requests.map(({ url }) => url)).toEqual([new URL('/api/orders?page=2', here()).href])
    expect(auth.requests[0]?.headers.get('authorization')).toBe('Bearer test-access-token')
  })

  it('says what is missing where nobody answers', async () => {
    const auth = createTestAuth({ user: alice, apis: ['https://api.example'] })
    await expect(auth.fetch('https://api.example/orders')).rejects.toThrow('the option "fetch"')
    expect(auth.requests).toHaveLength(1)
  })
})

describe('option watchProviderSession', () => {
  it('is checked as that of the real client, and ends nothing by itself', () => {
    const auth = createTestAuth({ user: alice, watchProviderSession: true })
    auth.start()
    auth.advance(60_000)
    expect(auth.getState().status).toBe('authenticated')
    expect(() => createTestAuth({ watchProviderSession: 'yes' as never })).toThrow('must be true or false')
  })
})
