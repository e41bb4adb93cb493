import {
  type AuthClient,
  type AuthEventMap,
  type AuthState,
  isAuthError,
  type LoginOptions,
  type LogoutOptions,
  type User,
} from '@latchkey/core'
import { holdSession, loginWithPopup, reauthenticate } from '@latchkey/core/popup'
import { expect, vi, describe as vitestDescribe, it as vitestIt } from 'vitest'
import { turns } from '../../core/test/manual-clock.ts'
import { until } from '../../core/test/until.ts'
import type { SetScene } from './contract-scene.ts'

/**
 * What every client does, whoever drives it. The scenes stand for what differs on purpose: the client of
 * `createTestAuth` has one page, which the app never leaves, so that coming back is its own doing; its `redirecting`
 * state ends by hand; and it has no timer: what time would bring comes with `advance()`.
 *
 * @param options `without`: titles of tests and groups that do not hold for this one
 */
export function describeAuthClient(
  name: string,
  setScene: SetScene,
  { without = [] }: { readonly without?: readonly string[] } = {},
): void {
  const left = new Set<string>()
  const isLeft = (title: string): boolean => without.includes(title) && Boolean(left.add(title))
  const describe = (title: string, define: () => void): void => {
    if (!isLeft(title)) vitestDescribe(title, define)
  }
  const it = (title: string, run: () => Promise<void>): void => {
    if (!isLeft(title)) vitestIt(title, run)
  }
  const rejectionOf = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => {
        throw new Error('It was not rejected.')
      },
      (error: unknown) => error,
    )

  /** Everything that listeners hear, of every kind, in order. */
  function listenTo(auth: AuthClient<User>): { name: keyof AuthEventMap<User>; event: unknown }[] {
    const heard: { name: keyof AuthEventMap<User>; event: unknown }[] = []
    for (const kind of ['identity', 'state', 'refreshed', 'extended', 'refresh_failed', 'error'] as const) {
      auth.on(kind, (event) => heard.push({ name: kind, event }))
    }
    return heard
  }

  const names = (heard: readonly { name: string }[]): string[] => heard.map((event) => event.name)

  describe(`a client: ${name}`, () => {
    describe('with nobody signed in', () => {
      it('says so, with the same frozen object each time', async () => {
        const { auth } = await setScene({ begin: 'signed out' })
        const state = auth.getState()
        expect(state).toEqual({ status: 'unauthenticated', reason: 'no_session' })
        expect(auth.getState()).toBe(state)
        await expect(auth.ready()).resolves.toBe(state)
      })

      it('renders as loading on a server, with the same object each time', async () => {
        const { auth } = await setScene({ begin: 'signed out' })
        expect(auth.getServerState()).toEqual({ status: 'loading', reason: 'starting' })
        expect(auth.getServerState()).toBe(auth.getServerState())
      })

      it('has no token', async () => {
        const { auth } = await setScene({ begin: 'signed out' })
        expect(await rejectionOf(auth.getAccessToken())).toMatchObject({
          name: 'SignInRequiredError',
          code: 'not_signed_in',
        })
      })

      it('explains itself', async () => {
        const { auth } = await setScene({ begin: 'signed out' })
        expect(auth.explain()).toMatchObject({
          sentence: 'Not signed in: this page was loaded without a session, and nobody has signed in since.',
          status: 'unauthenticated',
          reason: 'no_session',
          errorCode: undefined,
          session: undefined,
          restore: [],
        })
      })

      it('names its app, as every client of the app does', async () => {
        const { auth } = await setScene({ begin: 'signed out' })
        const { auth: again } = await setScene({ begin: 'signed in' })
        expect(auth.instanceId).toMatch(/^[a-z0-9]+$/)
        expect(again.instanceId).toBe(auth.instanceId)
      })

      vitestIt.each([[undefined, []] as const, [['organization'], ['organization']] as const])(
        'says which claims make somebody another beside `sub`: where the app names %o, %o',
        async (identifiedBy, said) => {
          const { auth } = await setScene({ begin: 'signed out', ...(identifiedBy && { identifiedBy }) })
          expect(auth.identifiedBy).toEqual(said)
        },
      )

      it('satisfies no demand and has no end', async () => {
        const { auth } = await setScene({ begin: 'signed out' })
        expect(auth.satisfies({})).toBe(false)
        expect(auth.sessionEndsAt()).toBeUndefined()
      })
    })

    describe('a session whose time runs', () => {
      const limits = { idleTimeoutSeconds: 120 }

      it('says when it ends, which extendSession() puts off, and tells of', async () => {
        const { auth, pass } = await setScene({ begin: 'signed in', limits })
        const before = auth.sessionEndsAt() ?? 0
        const heard = listenTo(auth)
        await pass(60_000)
        expect(auth.sessionEndsAt()).toBe(before)
        auth.extendSession()
        expect(auth.sessionEndsAt()).toBe(before + 60_000)
        expect(heard).toEqual([{ name: 'extended', event: { sessionEndsAt: before + 60_000 } }])
      })

      it('is over when nobody has done anything, and is not begun again unasked', async () => {
        const scene = await setScene({ begin: 'signed in', limits })
        const departures = scene.departures()
        await scene.pass(121_000)
        expect(await rejectionOf(scene.auth.getAccessToken())).toMatchObject({
          name: 'SignInRequiredError',
          code: 'idle_timeout',
        })
        expect(scene.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'idle_timeout' })
        expect(scene.auth.sessionEndsAt()).toBeUndefined()
        await scene.auth.requireSession()
        expect(scene.departures()).toBe(departures)
        expect(await rejectionOf(scene.auth.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
      })

      it('is over by itself where the client is started', async () => {
        const { auth, pass } = await setScene({ begin: 'signed in', limits })
        const stop = auth.start()
        await pass(119_000)
        expect(auth.getState().status).toBe('authenticated')
        await pass(2000)
        expect(auth.getState()).toEqual({ status: 'unauthenticated', reason: 'idle_timeout' })
        stop()
      })

      it('is over when it has lasted long enough, whatever anybody does', async () => {
        const { auth, pass } = await setScene({ begin: 'signed in', limits: { sessionLimitSeconds: 120 } })
        await pass(60_000)
        auth.extendSession()
        await pass(61_000)
        expect(await rejectionOf(auth.fetch('https://api.example/orders'))).toMatchObject({
          code: 'session_limit',
        })
        expect(auth.getState().reason).toBe('session_limit')
      })

      it('has no end without the options, and nothing to extend', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        const heard = listenTo(auth)
        auth.extendSession()
        expect([auth.sessionEndsAt(), heard]).toEqual([undefined, []])
      })
    })

    describe('login()', () => {
      it('leaves the page', async () => {
        const scene = await setScene({ begin: 'signed out' })
        const heard = listenTo(scene.auth)
        await expect(scene.auth.login()).resolves.toBeUndefined()
        const state = { status: 'redirecting', reason: 'requested', to: 'login' }
        expect(scene.auth.getState()).toEqual(state)
        expect(heard).toEqual([
          {
            name: 'state',
            event: { state, previous: { status: 'unauthenticated', reason: 'no_session' } },
          },
        ])
        expect(scene.departures()).toBe(1)
      })

      it('leaves once, however often it is called', async () => {
        const scene = await setScene({ begin: 'signed out' })
        await Promise.all([scene.auth.login(), scene.auth.login()])
        await scene.auth.login()
        expect(scene.departures()).toBe(1)
      })

      vitestIt.each<[string, unknown]>([
        ['an event', new Event('click')],
        ['null', null],
        ['a list', [{ returnTo: '/' }]],
      ])('takes %s for no options (pain 56)', async (_, value) => {
        const scene = await setScene({ begin: 'signed out' })
        await scene.auth.login(value as LoginOptions)
        expect(scene.auth.getState().status).toBe('redirecting')
      })

      it('refuses an option it does not know, and says so in the state and to the listeners, once', async () => {
        const scene = await setScene({ begin: 'signed out' })
        const heard = listenTo(scene.auth)
        const error = await rejectionOf(scene.auth.login({ retrunTo: '/' } as LoginOptions))
        expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid_option' })
        expect(scene.auth.getState()).toEqual({
          status: 'unauthenticated',
          reason: 'sign_in_failed',
          error,
        })
        expect(names(heard)).toEqual(['state', 'error'])
        expect(heard[1]?.event).toEqual({ error, during: 'login' })
        expect(scene.departures()).toBe(0)
      })

      it('takes nothing away from a session that it fails beside', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        const state = auth.getState()
        const heard = listenTo(auth)
        await rejectionOf(auth.login({ maxAge: -1 }))
        expect(auth.getState()).toBe(state)
        expect(names(heard)).toEqual(['error'])
      })

      it('fails where the provider cannot be reached', async () => {
        const scene = await setScene({ begin: 'signed out' })
        scene.cutOff()
        const error = await rejectionOf(scene.auth.login())
        expect(error).toMatchObject({ name: 'NetworkError', code: 'network_failed' })
        expect(scene.auth.getState()).toMatchObject({ reason: 'sign_in_failed', error })
      })

      it('leaves nothing unhandled where nobody awaits it, as of a button: the state says it', async () => {
        const scene = await setScene({ begin: 'signed out' })
        scene.cutOff()
        void scene.auth.login()
        await until(() => scene.auth.getState().reason === 'sign_in_failed')
        // What is left unhandled fails the run, a turn later.
        await turns()
      })

      it('is refused while a sign-out is under way', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        const leaving = auth.logout()
        expect(await rejectionOf(auth.login())).toMatchObject({ code: 'signing_out' })
        await leaving
        expect(auth.getState()).toMatchObject({ status: 'redirecting', to: 'logout' })
      })

      it('keeps the session for as long as the page is being left', async () => {
        const scene = await setScene({ begin: 'signed in' })
        scene.auth.start()
        const heard = listenTo(scene.auth)
        await scene.auth.login({ prompt: 'login' })
        await expect(scene.auth.getAccessToken()).resolves.toEqual(expect.any(String))
        scene.comeBack()
        expect(scene.auth.getState()).toMatchObject({
          status: 'authenticated',
          reason: 'redirect_cancelled',
          user: { sub: 'alice' },
        })
        expect(names(heard)).toEqual(['state', 'state'])
      })

      it('leaves nobody signed in who comes back without having been', async () => {
        const scene = await setScene({ begin: 'signed out' })
        scene.auth.start()
        await scene.auth.login()
        scene.comeBack()
        expect(scene.auth.getState()).toEqual({
          status: 'unauthenticated',
          reason: 'redirect_cancelled',
        })
      })
    })

    describe('register()', () => {
      it('leaves the page, as login() does', async () => {
        const scene = await setScene({ begin: 'signed out' })
        await scene.auth.register()
        expect(scene.auth.getState()).toEqual({ status: 'redirecting', reason: 'requested', to: 'login' })
        expect(scene.departures()).toBe(1)
      })

      it('refuses an option that it does not know', async () => {
        const { auth } = await setScene({ begin: 'signed out' })
        const error = await rejectionOf(auth.register({ retrunTo: '/' } as LoginOptions))
        expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid_option' })
      })
    })

    describe('handleInitiateLogin()', () => {
      const link = (query: Record<string, string>): string =>
        `https://example.com/start?${new URLSearchParams({ iss: 'https://id.example.com', ...query })}`

      it('leaves for the provider, and says where that is to end', async () => {
        const scene = await setScene({ begin: 'signed out' })
        const url = link({ target_link_uri: '/orders?page=2', login_hint: 'alice' })
        await expect(scene.auth.handleInitiateLogin(url)).resolves.toEqual({
          returnTo: '/orders?page=2',
          isLeaving: true,
        })
        expect(scene.auth.getState()).toEqual({ status: 'redirecting', reason: 'requested', to: 'login' })
        expect(scene.departures()).toBe(1)
      })

      it('leaves who is signed in alone', async () => {
        const scene = await setScene({ begin: 'signed in' })
        const before = scene.auth.getState()
        const answered = scene.auth.handleInitiateLogin(
          link({ target_link_uri: '/orders', login_hint: 'bob' }),
        )
        await expect(answered).resolves.toEqual({ returnTo: '/orders', isLeaving: false })
        expect(scene.auth.getState()).toBe(before)
        expect(scene.departures()).toBe(0)
      })

      it('leads nobody out of the app, and tells of who wanted to', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        const heard = listenTo(auth)
        const answered = auth.handleInitiateLogin(link({ target_link_uri: 'https://evil.example/' }))
        await expect(answered).resolves.toEqual({ returnTo: '/', isLeaving: false })
        expect(heard).toEqual([
          {
            name: 'error',
            event: { error: expect.objectContaining({ code: 'invalid_login_request' }), during: 'login' },
          },
        ])
      })

      vitestIt.each([
        ['about another provider', { iss: 'https://evil.example' }, 'issuer_mismatch'],
        ['about a provider that is spelt otherwise', { iss: 'https://id.example.com/' }, 'issuer_mismatch'],
        ['about no provider', { iss: '' }, 'issuer_mismatch'],
      ])('does nothing that is %s', async (_, query, code) => {
        const scene = await setScene({ begin: 'signed out' })
        const before = scene.auth.getState()
        const error = await rejectionOf(scene.auth.handleInitiateLogin(link(query)))
        expect(error).toMatchObject({ name: 'ProtocolError', code })
        expect(scene.auth.getState()).toBe(before)
        expect(scene.departures()).toBe(0)
      })
    })

    describe('grantedDetails()', () => {
      const authorizationDetails = [{ type: 'account_information', actions: ['read_balances'] }]

      it('gives what was granted in detail, through a refresh', async () => {
        const scene = await setScene({ begin: 'answered', login: { authorizationDetails } })
        scene.auth.start()
        scene.answer()
        await scene.auth.handleCallback()
        expect(scene.auth.grantedDetails()).toEqual(authorizationDetails)
        await scene.auth.getAccessToken({ forceRefresh: true })
        expect(scene.auth.grantedDetails()).toEqual(authorizationDetails)
      })

      it('gives nothing where nothing was, and where nobody is signed in', async () => {
        expect((await setScene({ begin: 'signed in' })).auth.grantedDetails()).toBeUndefined()
        expect((await setScene({ begin: 'signed out' })).auth.grantedDetails()).toBeUndefined()
      })

      it('is not there for details that are none', async () => {
        const { auth } = await setScene({ begin: 'signed out' })
        const wrong = { authorizationDetails: [{ actions: ['read'] }] } as unknown as LoginOptions
        expect(await rejectionOf(auth.login(wrong))).toMatchObject({ code: 'invalid_option' })
      })
    })

    describe('the callback page', () => {
      const login = { returnTo: '/orders?page=2#last', appState: { draft: 7 } }

      it('signs in, tells who it is once, and says where to go', async () => {
        const scene = await setScene({ begin: 'answered', login })
        const { auth } = scene
        expect(auth.getState()).toEqual({ status: 'loading', reason: 'callback' })
        const heard = listenTo(auth)
        const finished = auth.handleCallback()
        scene.answer()
        await expect(finished).resolves.toEqual(login)
        const state = auth.getState()
        expect(state).toMatchObject({ status: 'authenticated', reason: 'signed_in' })
        expect(heard).toEqual([
          { name: 'identity', event: { previous: undefined, current: state.user, reason: 'signed_in' } },
          { name: 'state', event: { state, previous: { status: 'loading', reason: 'callback' } } },
        ])
      })

      it('has one outcome, however often it is asked for', async () => {
        const scene = await setScene({ begin: 'answered', login })
        const asked = [scene.auth.handleCallback(), scene.auth.handleCallback()]
        scene.answer()
        const [first, second] = await Promise.all(asked)
        expect(second).toEqual(first)
        await expect(scene.auth.handleCallback()).resolves.toEqual(first)
        await scene.auth.logout({ local: true })
        await expect(scene.auth.handleCallback()).resolves.toEqual(first)
      })

      it('is dealt with by start(), without a component for it', async () => {
        const scene = await setScene({ begin: 'answered' })
        const decided = scene.auth.ready()
        const stop = scene.auth.start()
        scene.answer()
        await expect(decided).resolves.toMatchObject({ status: 'authenticated' })
        stop()
      })

      it('lets whoever wants a token wait for it', async () => {
        const scene = await setScene({ begin: 'answered' })
        const token = scene.auth.getAccessToken()
        const stop = scene.auth.start()
        scene.answer()
        await expect(token).resolves.toEqual(expect.any(String))
        stop()
      })

      it('goes nowhere but to this app', async () => {
        const scene = await setScene({ begin: 'answered', login: { returnTo: 'https://evil.example/' } })
        const finished = scene.auth.handleCallback()
        scene.answer()
        await expect(finished).resolves.toMatchObject({ returnTo: '/' })
      })

      it('says what the provider said where it refused, in the state and to the listeners, once', async () => {
        const scene = await setScene({ begin: 'answered', login, refusal: 'access_denied' })
        const heard = listenTo(scene.auth)
        const finished = rejectionOf(scene.auth.handleCallback())
        scene.answer()
        const error = await finished
        expect(error).toMatchObject({
          name: 'ServerError',
          code: 'access_denied',
          error: 'access_denied',
          returnTo: login.returnTo,
        })
        expect(scene.auth.getState()).toEqual({
          status: 'unauthenticated',
          reason: 'sign_in_failed',
          error,
        })
        expect(names(heard)).toEqual(['state', 'error'])
        expect(heard[1]?.event).toEqual({ error, during: 'callback' })
      })

      it('is an error where nobody comes back to it', async () => {
        const { auth } = await setScene({ begin: 'unasked' })
        const error = await rejectionOf(auth.handleCallback())
        expect(error).toMatchObject({ code: 'no_sign_in_pending', returnTo: '/' })
        expect(auth.getState()).toEqual({ status: 'unauthenticated', reason: 'sign_in_failed', error })
      })
    })

    describe('a session', () => {
      it('gives the same token while it is good, and changes nothing for it', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        const heard = listenTo(auth)
        const token = await auth.getAccessToken()
        await expect(auth.getAccessToken()).resolves.toBe(token)
        expect(heard).toEqual([])
      })

      it('refreshes once for 200 callers who find the token expired, and renders nothing (invariant 7)', async () => {
        const scene = await setScene({ begin: 'signed in' })
        const { auth } = scene
        const state = auth.getState()
        const before = await auth.getAccessToken()
        const heard = listenTo(auth)
        await scene.expire()
        const tokens = await Promise.all(Array.from({ length: 200 }, () => auth.getAccessToken()))
        expect(new Set(tokens).size).toBe(1)
        expect(tokens[0]).not.toBe(before)
        expect(heard).toEqual([{ name: 'refreshed', event: { accessTokenExpiresAt: expect.any(Number) } }])
        expect(auth.getState()).toBe(state)
      })

      it('refreshes a good token for a caller to whom it was refused', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        const before = await auth.getAccessToken()
        await expect(auth.getAccessToken({ forceRefresh: true })).resolves.not.toBe(before)
      })

      it('goes on where a refresh finds no network (invariant 3)', async () => {
        const scene = await setScene({ begin: 'signed in' })
        const state = scene.auth.getState()
        const heard = listenTo(scene.auth)
        await scene.expire()
        scene.cutOff()
        const error = await rejectionOf(scene.auth.getAccessToken())
        expect(error).toMatchObject({ name: 'NetworkError', code: 'network_failed' })
        expect(scene.auth.getState()).toBe(state)
        expect(heard).toEqual([{ name: 'refresh_failed', event: { error, retryAt: expect.any(Number) } }])
      })

      it('ends, and is told once, where the provider refuses the refresh token', async () => {
        const scene = await setScene({ begin: 'signed in' })
        const { user } = scene.auth.getState()
        const heard = listenTo(scene.auth)
        await scene.expire()
        scene.refuse()
        const error = await rejectionOf(scene.auth.getAccessToken())
        expect(error).toMatchObject({ name: 'SignInRequiredError', code: 'session_ended' })
        expect(scene.auth.getState()).toEqual({
          status: 'unauthenticated',
          reason: 'session_ended',
          error,
        })
        expect(names(heard)).toEqual(['identity', 'state'])
        expect(heard[0]?.event).toEqual({ previous: user, current: undefined, reason: 'session_ended' })
        expect(await rejectionOf(scene.auth.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
      })

      it('expires where nothing can renew it', async () => {
        const scene = await setScene({ begin: 'signed in', hasRefreshToken: false })
        await scene.expire()
        const error = await rejectionOf(scene.auth.getAccessToken())
        expect(error).toMatchObject({ code: 'session_expired' })
        expect(scene.auth.getState()).toMatchObject({ reason: 'session_expired', error })
      })

      it('is over with its token where nothing can renew that, as whoever asks for one hears', async () => {
        const scene = await setScene({ begin: 'signed in', hasRefreshToken: false })
        const { auth } = scene
        await scene.pass(299_000)
        await expect(auth.getAccessToken()).resolves.toEqual(expect.any(String))
        await scene.pass(1000)
        expect(auth.getState().status).toBe('authenticated')
        const error = await rejectionOf(auth.getAccessToken())
        expect(error).toMatchObject({ code: 'session_expired' })
        expect(auth.getState()).toMatchObject({ reason: 'session_expired', error })
      })

      it('is over with its token, told once and unasked, while the app is there', async () => {
        const scene = await setScene({ begin: 'signed in', hasRefreshToken: false })
        const stop = scene.auth.start()
        const heard = listenTo(scene.auth)
        await scene.pass(299_000)
        expect(heard).toEqual([])
        await scene.pass(2000)
        expect(scene.auth.getState()).toMatchObject({
          status: 'unauthenticated',
          reason: 'session_expired',
          error: { code: 'session_expired' },
        })
        expect(names(heard)).toEqual(['identity', 'state'])
        expect(await rejectionOf(scene.auth.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
        stop()
      })

      it('is renewed ahead of time while the app is there, and at no other time', async () => {
        const scene = await setScene({ begin: 'signed in' })
        const before = await scene.auth.getAccessToken()
        const heard = listenTo(scene.auth)
        const stop = scene.auth.start()
        await scene.pass(200_000)
        expect(heard).toEqual([])
        await scene.pass(80_000)
        expect(names(heard)).toEqual(['refreshed'])
        await expect(scene.auth.getAccessToken()).resolves.not.toBe(before)
        stop()
        await scene.pass(280_000)
        expect(names(heard)).toEqual(['refreshed'])
      })

      vitestIt.each([
        ['has run out', 301_000, undefined],
        ['is about to run out', 291_000, undefined],
        ['lives shorter than the caller needs it', 200_000, 120],
      ])('gives no token that %s', async (_, ms, minValiditySeconds) => {
        const scene = await setScene({ begin: 'signed in' })
        const before = await scene.auth.getAccessToken()
        await scene.pass(ms)
        const request = minValiditySeconds === undefined ? {} : { minValiditySeconds }
        await expect(scene.auth.getAccessToken(request)).resolves.not.toBe(before)
      })

      it('gives the token that still lives where there is no better one', async () => {
        const scene = await setScene({ begin: 'signed in' })
        const before = await scene.auth.getAccessToken()
        await scene.pass(291_000)
        scene.cutOff()
        await expect(scene.auth.getAccessToken()).resolves.toBe(before)
      })

      it('gives no token that still lives to whoever has stopped waiting', async () => {
        const scene = await setScene({ begin: 'signed in' })
        await scene.pass(291_000)
        scene.cutOff()
        const controller = new AbortController()
        const waiting = rejectionOf(scene.auth.getAccessToken({ signal: controller.signal }))
        await turns(1)
        const reason = new Error('unmounted')
        controller.abort(reason)
        await expect(waiting).resolves.toBe(reason)
      })

      it('gives no token that still lives once the provider has refused to renew it', async () => {
        const scene = await setScene({ begin: 'signed in' })
        await scene.pass(291_000)
        scene.refuse()
        expect(await rejectionOf(scene.auth.getAccessToken())).toMatchObject({ code: 'session_ended' })
      })

      it('says when it ends where nothing can renew it', async () => {
        const { auth } = await setScene({ begin: 'signed in', hasRefreshToken: false })
        expect(auth.sessionEndsAt()).toEqual(expect.any(Number))
        expect(auth.sessionEndsAt()).toBe(auth.explain().session?.accessTokenExpiresAt)
      })

      it('says when it ends where the provider does (claim session_expiry)', async () => {
        const { auth } = await setScene({ begin: 'signed in', claims: { session_expiry: 1_900_000_000 } })
        expect(auth.sessionEndsAt()).toBe(1_900_000_000_000)
      })

      it('stays while its token is good, where nothing can renew that', async () => {
        const { auth } = await setScene({ begin: 'signed in', hasRefreshToken: false })
        const state = auth.getState()
        expect(await rejectionOf(auth.getAccessToken({ forceRefresh: true }))).toMatchObject({
          code: 'session_expired',
        })
        expect(auth.getState()).toBe(state)
        await expect(auth.getAccessToken()).resolves.toEqual(expect.any(String))
      })

      it('describes the person as the latest refresh does', async () => {
        const scene = await setScene({ begin: 'signed in' })
        const heard = listenTo(scene.auth)
        await scene.rename('Alice B.')
        expect(scene.auth.getState()).toMatchObject({
          status: 'authenticated',
          reason: 'user_changed',
          user: { sub: 'alice', name: 'Alice B.' },
        })
        expect(names(heard)).toEqual(['state', 'refreshed'])
      })

      it('lets a caller stop waiting, for the reason that the caller gives', async () => {
        const scene = await setScene({ begin: 'signed in' })
        const controller = new AbortController()
        await scene.expire()
        const waiting = rejectionOf(scene.auth.getAccessToken({ signal: controller.signal }))
        const reason = new Error('unmounted')
        controller.abort(reason)
        await expect(waiting).resolves.toBe(reason)
        expect(await rejectionOf(scene.auth.getAccessToken({ signal: controller.signal }))).toBe(reason)
        await expect(scene.auth.getAccessToken()).resolves.toEqual(expect.any(String))
      })

      it('is explained without a secret', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        const token = await auth.getAccessToken()
        expect(auth.explain()).toEqual({
          sentence: 'Signed in: the person signed in on this page.',
          status: 'authenticated',
          reason: 'signed_in',
          errorCode: undefined,
          session: {
            scope: 'openid profile email',
            accessTokenExpiresAt: expect.any(Number),
            hasRefreshToken: true,
          },
          keeper: { kind: 'memory' },
          restore: [],
        })
        expect(JSON.stringify(auth.explain())).not.toContain(token)
      })

      it('satisfies what it was not asked for only where nothing is demanded', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        expect(auth.satisfies({})).toBe(true)
        expect(auth.satisfies({ acrValues: ['urn:example:two-factor'] })).toBe(false)
      })
    })

    describe('refreshUser()', () => {
      it('gives who it is now, and changes the state once', async () => {
        const scene = await setScene({ begin: 'signed in' })
        const heard = listenTo(scene.auth)
        const previous = scene.auth.getState()
        const token = await scene.auth.getAccessToken()
        scene.describe({ name: 'Alicia' })
        const user = await scene.auth.refreshUser()
        expect(user).toMatchObject({ sub: 'alice', name: 'Alicia' })
        const state = { status: 'authenticated', reason: 'user_changed', user }
        expect(heard).toEqual([{ name: 'state', event: { state, previous } }])
        expect(scene.auth.getState().user).toEqual(user)
        await expect(scene.auth.getAccessToken()).resolves.toBe(token)
      })

      it('changes nothing where nothing has changed', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        const before = auth.getState()
        await expect(auth.refreshUser()).resolves.toEqual(before.user)
        expect(auth.getState()).toBe(before)
      })

      it('renews a token that has run out before it asks', async () => {
        const scene = await setScene({ begin: 'signed in' })
        await scene.expire()
        const heard = listenTo(scene.auth)
        await scene.auth.refreshUser()
        expect(names(heard)).toEqual(['refreshed'])
      })

      it('takes nothing from an answer about somebody else (OpenID Connect Core §5.3.2)', async () => {
        const scene = await setScene({ begin: 'signed in' })
        const before = scene.auth.getState()
        scene.describe({ sub: 'bob', name: 'Bob' })
        expect(await rejectionOf(scene.auth.refreshUser())).toMatchObject({
          name: 'ProtocolError',
          code: 'invalid_user_info',
        })
        expect(scene.auth.getState()).toBe(before)
      })

      it('leaves everything as it was where the provider does not answer', async () => {
        const scene = await setScene({ begin: 'signed in' })
        const before = scene.auth.getState()
        scene.cutOff()
        expect(await rejectionOf(scene.auth.refreshUser())).toMatchObject({ code: 'network_failed' })
        expect(scene.auth.getState()).toBe(before)
      })

      it('is refused where nobody is signed in', async () => {
        const { auth } = await setScene({ begin: 'signed out' })
        expect(await rejectionOf(auth.refreshUser())).toMatchObject({ code: 'not_signed_in' })
      })
    })

    describe('tokens for several APIs (RFC 8707)', () => {
      const forOrders = { resource: 'https://orders.example' }

      it('are kept side by side, and changes nothing for whoever looks on', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        const state = auth.getState()
        const own = await auth.getAccessToken()
        const heard = listenTo(auth)
        const token = await auth.getAccessToken(forOrders)
        expect(token).not.toBe(own)
        await expect(auth.getAccessToken(forOrders)).resolves.toBe(token)
        await expect(auth.getAccessToken()).resolves.toBe(own)
        expect(names(heard)).toEqual(['refreshed'])
        expect(auth.getState()).toBe(state)
      })

      it('are got once, however many ask, and replaced one alone', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        const own = await auth.getAccessToken()
        const tokens = await Promise.all(Array.from({ length: 20 }, () => auth.getAccessToken(forOrders)))
        expect(new Set(tokens).size).toBe(1)
        const next = await auth.getAccessToken({ ...forOrders, forceRefresh: true })
        expect(next).not.toBe(tokens[0])
        await expect(auth.getAccessToken()).resolves.toBe(own)
        await expect(auth.getAccessToken(forOrders)).resolves.toBe(next)
        await expect(auth.getAccessToken({ forceRefresh: true })).resolves.not.toBe(own)
        await expect(auth.getAccessToken(forOrders)).resolves.toBe(next)
      })

      it('go out with auth.fetch, to the API that they are for', async () => {
        const { auth, requests } = await setScene({ begin: 'signed in' })
        await auth.fetch('https://orders.example/v2/7')
        await auth.fetch('https://api.example/orders')
        expect(requests.map(({ headers }) => headers.get('authorization'))).toEqual([
          `Bearer ${await auth.getAccessToken(forOrders)}`,
          `Bearer ${await auth.getAccessToken()}`,
        ])
        expect(await rejectionOf(auth.fetch('https://orders.example/v1'))).toMatchObject({
          code: 'url_not_allowed',
        })
      })

      it('need a refresh token', async () => {
        const { auth } = await setScene({ begin: 'signed in', hasRefreshToken: false })
        expect(await rejectionOf(auth.getAccessToken(forOrders))).toMatchObject({
          name: 'ConfigurationError',
          code: 'no_refresh_token',
        })
        expect(auth.getState().status).toBe('authenticated')
      })

      it('end with the session', async () => {
        const scene = await setScene({ begin: 'signed in' })
        scene.refuse()
        expect(await rejectionOf(scene.auth.getAccessToken(forOrders))).toMatchObject({
          code: 'session_ended',
        })
        expect(scene.auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'session_ended' })
      })

      it('are asked for at sign-in, one more where it is said', async () => {
        const scene = await setScene({ begin: 'signed out' })
        await scene.auth.login({ resource: 'urn:example:invoices', scope: 'openid list' })
        expect(scene.departures()).toBe(1)
        expect(
          await rejectionOf((await setScene({ begin: 'signed out' })).auth.login({ resource: '/x' })),
        ).toMatchObject({
          code: 'invalid_option',
        })
      })

      it('are for an absolute URI (RFC 8707 §2)', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        expect(await rejectionOf(auth.getAccessToken({ resource: '/orders' }))).toMatchObject({
          name: 'ConfigurationError',
          code: 'invalid_option',
        })
      })
    })

    describe('auth.fetch', () => {
      it('sends the request as it is, with the token on it', async () => {
        const { auth, requests } = await setScene({ begin: 'signed in' })
        const response = await auth.fetch('https://api.example/orders', {
          method: 'POST',
          headers: { 'x-trace': '7' },
          body: 'two of these',
        })
        expect(response.status).toBe(201)
        await expect(response.text()).resolves.toBe('two of these')
        expect(requests).toHaveLength(1)
        expect(requests[0]?.method).toBe('POST')
        expect(requests[0]?.headers.get('x-trace')).toBe('7')
        expect(requests[0]?.headers.get('authorization')).toBe(`Bearer ${await auth.getAccessToken()}`)
      })

      it('sends it without a token where nobody is signed in, and says so where the API wants one', async () => {
        const { auth, requests } = await setScene({ begin: 'signed out' })
        expect((await auth.fetch('https://api.example/orders')).status).toBe(201)
        expect(await rejectionOf(auth.fetch('https://api.example/private'))).toMatchObject({
          code: 'not_signed_in',
        })
        expect(requests.map(({ headers }) => headers.get('authorization'))).toEqual([null, null])
      })

      it('renews a token that an API refuses, and sends the request once more (RFC 6750 §3.1)', async () => {
        const { auth, requests } = await setScene({ begin: 'signed in' })
        const response = await auth.fetch('https://api.example/strict', { method: 'POST', body: 'two' })
        await expect(response.text()).resolves.toBe('two')
        expect(new Set(requests.map(({ headers }) => headers.get('authorization'))).size).toBe(2)
      })

      it('says what to ask of the person where an API wants more than was granted', async () => {
        const scene = await setScene({ begin: 'signed in' })
        const error = await rejectionOf(scene.auth.fetch('https://api.example/admin'))
        expect(error).toMatchObject({
          code: 'insufficient_scope',
          demand: { scope: 'openid profile email admin' },
        })
        expect(scene.auth.getState().status).toBe('authenticated')
      })

      it('renews the token first where it has expired', async () => {
        const scene = await setScene({ begin: 'signed in' })
        const before = await scene.auth.getAccessToken()
        await scene.expire()
        await scene.auth.fetch('https://api.example/orders')
        const sent = scene.requests[0]?.headers.get('authorization')
        expect(sent).toMatch(/^Bearer ./)
        expect(sent).not.toBe(`Bearer ${before}`)
      })

      it('sends nothing to an address that is not listed', async () => {
        const { auth, requests } = await setScene({ begin: 'signed in' })
        expect(await rejectionOf(auth.fetch('https://api.example.evil.example/'))).toMatchObject({
          code: 'url_not_allowed',
        })
        expect(requests).toEqual([])
      })

      it('sends nothing anywhere where no API is listed', async () => {
        const { auth, requests } = await setScene({ begin: 'signed in', apis: undefined })
        expect(await rejectionOf(auth.fetch('https://api.example/orders'))).toMatchObject({
          code: 'url_not_allowed',
        })
        expect(requests).toEqual([])
      })

      it('throws what fetch throws', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        expect(await rejectionOf(auth.fetch('https://api.example/down'))).toEqual(
          new TypeError('Failed to fetch'),
        )
      })

      it('sends nothing once the caller has stopped waiting', async () => {
        const { auth, requests } = await setScene({ begin: 'signed in' })
        const signal = AbortSignal.abort(new Error('unmounted'))
        expect(await rejectionOf(auth.fetch('https://api.example/orders', { signal }))).toEqual(
          new Error('unmounted'),
        )
        expect(requests).toEqual([])
      })
    })

    describe('logout()', () => {
      it('has dropped the tokens and told of it before anything is awaited (OUT-03)', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        const heard = listenTo(auth)
        const leaving = auth.logout()
        expect(auth.getState()).toEqual({ status: 'redirecting', reason: 'requested', to: 'logout' })
        expect(auth.explain().session).toBeUndefined()
        expect(names(heard)).toEqual(['identity', 'state'])
        expect(await rejectionOf(auth.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
        await expect(leaving).resolves.toEqual({
          provider: 'redirected',
          isRevoked: true,
          error: undefined,
        })
        expect(names(heard)).toEqual(['identity', 'state'])
      })

      it('tells the provider nothing where it is local and not to revoke', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        await expect(auth.logout({ local: true, revoke: false })).resolves.toEqual({
          provider: 'local',
          isRevoked: false,
          error: undefined,
        })
        expect(auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out' })
      })

      it('stays on the page where it is local', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        const heard = listenTo(auth)
        const leaving = auth.logout({ local: true })
        expect(auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out' })
        await expect(leaving).resolves.toEqual({ provider: 'local', isRevoked: true, error: undefined })
        expect(names(heard)).toEqual(['identity', 'state'])
      })

      it('is done once, however often it is asked for', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        const [first, second] = await Promise.all([auth.logout(), auth.logout()])
        expect(second).toBe(first)
        await expect(auth.logout()).resolves.toBe(first)
      })

      it('goes to the provider too where nobody is signed in here', async () => {
        const { auth } = await setScene({ begin: 'signed out' })
        await expect(auth.logout()).resolves.toMatchObject({ provider: 'redirected', isRevoked: false })
      })

      it('lets nobody in who came back before it', async () => {
        const scene = await setScene({ begin: 'answered' })
        const heard = listenTo(scene.auth)
        const finished = rejectionOf(scene.auth.handleCallback())
        await scene.auth.logout()
        scene.answer()
        expect(await finished).toMatchObject({ code: 'not_signed_in' })
        expect(scene.auth.getState()).toMatchObject({ status: 'redirecting', to: 'logout' })
        expect(names(heard)).toEqual(['state', 'error'])
        expect(heard[1]?.event).toMatchObject({ during: 'callback' })
      })

      it('signs out here where the provider cannot be reached, and says so', async () => {
        const scene = await setScene({ begin: 'signed in' })
        scene.cutOff()
        const heard = listenTo(scene.auth)
        const result = await scene.auth.logout()
        expect(result).toMatchObject({
          provider: 'local',
          isRevoked: false,
          error: { code: 'network_failed' },
        })
        expect(scene.auth.getState()).toEqual({
          status: 'unauthenticated',
          reason: 'signed_out',
          error: result.error,
        })
        expect(names(heard)).toEqual(['identity', 'state', 'state', 'error'])
        expect(heard.at(-1)?.event).toEqual({ error: result.error, during: 'logout' })
      })

      it('takes an event for no options (pain 56)', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        await expect(auth.logout(new Event('click') as LogoutOptions)).resolves.toMatchObject({
          provider: 'redirected',
        })
      })
    })

    describe('another tab', () => {
      it('signs out, and this one is signed out too', async () => {
        const scene = await setScene({ begin: 'signed in' })
        const stop = scene.auth.start()
        const heard = listenTo(scene.auth)
        await scene.signOutElsewhere()
        expect(scene.auth.getState()).toEqual({
          status: 'unauthenticated',
          reason: 'signed_out_elsewhere',
        })
        expect(names(heard)).toEqual(['identity', 'state'])
        expect(await rejectionOf(scene.auth.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
        stop()
      })

      it('signs in, and this one is signed in too', async () => {
        const scene = await setScene({ begin: 'signed out' })
        const stop = scene.auth.start()
        const heard = listenTo(scene.auth)
        await scene.signInElsewhere('alice')
        expect(scene.auth.getState()).toMatchObject({
          status: 'authenticated',
          reason: 'signed_in_elsewhere',
          user: { sub: 'alice' },
        })
        expect(names(heard)).toEqual(['identity', 'state'])
        stop()
      })

      it('signs in once more, which changes the token and not the state', async () => {
        const scene = await setScene({ begin: 'signed out' })
        const stop = scene.auth.start()
        await scene.signInElsewhere('alice')
        const state = scene.auth.getState()
        const token = await scene.auth.getAccessToken()
        const heard = listenTo(scene.auth)
        await scene.signInElsewhere('alice')
        expect(names(heard)).toEqual(['refreshed'])
        expect(scene.auth.getState()).toBe(state)
        expect(await scene.auth.getAccessToken()).not.toBe(token)
        stop()
      })

      it('signs in somebody else, of whom is told once', async () => {
        const scene = await setScene({ begin: 'signed in' })
        const stop = scene.auth.start()
        const heard = listenTo(scene.auth)
        await scene.signInElsewhere('bob')
        expect(scene.auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'bob' } })
        expect(names(heard)).toEqual(['identity', 'state'])
        expect(heard[0]?.event).toMatchObject({
          previous: { sub: 'alice' },
          current: { sub: 'bob' },
          reason: 'signed_in_elsewhere',
        })
        stop()
      })
    })

    describe('a session that is looked for', () => {
      it('is loading until it is found', async () => {
        const scene = await setScene({ begin: 'loading' })
        const { auth } = scene
        expect(auth.getState()).toEqual({ status: 'loading', reason: 'restoring' })
        const heard = listenTo(auth)
        const waiting = [auth.ready(), auth.getAccessToken()]
        await scene.settle(true)
        const [state, token] = await Promise.all(waiting)
        expect(state).toMatchObject({ status: 'authenticated', reason: 'restored' })
        expect(token).toEqual(expect.any(String))
        expect(names(heard)).toEqual(['identity', 'state'])
      })

      it('lets whoever wants a token stop waiting for it', async () => {
        const { auth } = await setScene({ begin: 'loading' })
        const controller = new AbortController()
        const waiting = rejectionOf(auth.getAccessToken({ signal: controller.signal }))
        const reason = new Error('unmounted')
        controller.abort(reason)
        await expect(waiting).resolves.toBe(reason)
      })

      it('is nobody’s where it is not found', async () => {
        const scene = await setScene({ begin: 'loading' })
        const decided = scene.auth.ready()
        await scene.settle(false)
        await expect(decided).resolves.toEqual({ status: 'unauthenticated', reason: 'no_session' })
      })

      it('lets nobody wait longer than 3 seconds, but whoever wants a token (invariant 6)', async () => {
        const scene = await setScene({ begin: 'loading' })
        const decided = scene.auth.ready()
        const asked = rejectionOf(scene.auth.getAccessToken())
        await scene.losePatience()
        await expect(decided).resolves.toEqual({
          status: 'unauthenticated',
          reason: 'restore_timeout',
        })
        await scene.settle(false)
        await expect(asked).resolves.toMatchObject({ code: 'not_signed_in' })
      })

      it('may be found after that, by whoever still waits for a token', async () => {
        const scene = await setScene({ begin: 'loading' })
        const token = scene.auth.getAccessToken()
        await scene.losePatience()
        expect(scene.auth.getState().reason).toBe('restore_timeout')
        await turns()
        await scene.settle(true)
        await expect(token).resolves.toEqual(expect.any(String))
        expect(scene.auth.getState()).toMatchObject({ status: 'authenticated', reason: 'restored' })
      })
    })

    describe('requireSession()', () => {
      it('gives the state where somebody is signed in', async () => {
        const scene = await setScene({ begin: 'signed in' })
        const before = scene.departures()
        await expect(scene.auth.requireSession()).resolves.toBe(scene.auth.getState())
        expect(scene.departures()).toBe(before)
      })

      it('leaves for the provider where nobody is', async () => {
        const scene = await setScene({ begin: 'signed out' })
        await expect(scene.auth.requireSession({ returnTo: '/orders' })).resolves.toMatchObject({
          status: 'redirecting',
          to: 'login',
        })
        expect(scene.departures()).toBe(1)
      })

      vitestIt.each<[string, (auth: AuthClient<User>) => Promise<unknown>, AuthState<User>['reason']]>([
        ['has signed out here', (auth) => auth.logout({ local: true }), 'signed_out'],
        ['is signing out', (auth) => auth.logout(), 'requested'],
      ])('sends nobody off who %s', async (_, act, reason) => {
        const scene = await setScene({ begin: 'signed in' })
        await act(scene.auth)
        const before = scene.departures()
        await expect(scene.auth.requireSession()).resolves.toMatchObject({ reason })
        expect(scene.departures()).toBe(before)
      })

      it('sends nobody off who has signed out in another tab', async () => {
        const scene = await setScene({ begin: 'signed in' })
        const stop = scene.auth.start()
        await scene.signOutElsewhere()
        const before = scene.departures()
        await expect(scene.auth.requireSession()).resolves.toMatchObject({
          reason: 'signed_out_elsewhere',
        })
        expect(scene.departures()).toBe(before)
        stop()
      })

      it('sends nobody off who has signed out, whatever has failed since', async () => {
        const scene = await setScene({ begin: 'unasked' })
        await scene.auth.logout({ local: true })
        await rejectionOf(scene.auth.handleCallback())
        const before = scene.departures()
        await expect(scene.auth.requireSession()).resolves.toMatchObject({ reason: 'sign_in_failed' })
        expect(scene.departures()).toBe(before)
      })

      it('sends nobody off who has turned back', async () => {
        const scene = await setScene({ begin: 'signed out' })
        const stop = scene.auth.start()
        await scene.auth.login()
        scene.comeBack()
        await expect(scene.auth.requireSession()).resolves.toMatchObject({ reason: 'redirect_cancelled' })
        expect(scene.departures()).toBe(1)
        stop()
      })

      it('stops at the third time that it leads back here (invariant 5)', async () => {
        const scene = await setScene({ begin: 'signed out' })
        await scene.auth.requireSession()
        await scene.refuseAtProvider()
        await scene.auth.requireSession()
        await scene.refuseAtProvider()
        const heard = listenTo(scene.auth)
        const state = await scene.auth.requireSession()
        expect(state).toMatchObject({ reason: 'sign_in_failed', error: { code: 'login_loop' } })
        expect(names(heard)).toEqual(['state', 'error'])
        expect(scene.departures()).toBe(2)
        // A click is a new beginning.
        await scene.auth.login()
        await scene.refuseAtProvider()
        await scene.auth.requireSession()
        expect(scene.departures()).toBe(4)
      })

      it('never rejects: what went wrong is in the state', async () => {
        const scene = await setScene({ begin: 'signed out' })
        scene.cutOff()
        const state = await scene.auth.requireSession()
        expect(state).toMatchObject({ reason: 'sign_in_failed', error: { code: 'network_failed' } })
        expect(isAuthError(state.error)).toBe(true)
      })
    })

    describe('listening', () => {
      it('calls back after every change, with nothing, until it is stopped', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        const seen: unknown[][] = []
        const stop = auth.subscribe(
          (...values: unknown[]) => void seen.push([auth.getState().status, ...values]),
        )
        await auth.logout({ local: true })
        await auth.login()
        expect(seen).toEqual([['unauthenticated'], ['redirecting']])
        stop()
        stop()
        await auth.logout({ local: true })
        expect(seen).toHaveLength(2)
      })

      it('hears and stops twice where one function is registered twice', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        const listener = vi.fn()
        const stops = [auth.on('state', listener), auth.on('state', listener)]
        await auth.logout({ local: true })
        expect(listener).toHaveBeenCalledTimes(2)
        stops[0]?.()
        await auth.login()
        expect(listener).toHaveBeenCalledTimes(3)
      })

      it('has called the listeners of a new identity before those of the state', async () => {
        const { auth } = await setScene({ begin: 'signed in' })
        const order: string[] = []
        auth.subscribe(() => order.push('subscribe'))
        auth.on('state', () => order.push('state'))
        auth.on('identity', () => order.push('identity'))
        await auth.logout({ local: true })
        expect(order).toEqual(['identity', 'state', 'subscribe'])
      })
    })

    describe('loginWithPopup()', () => {
      it('signs in while the page stays', async () => {
        const scene = await setScene({ begin: 'signed out' })
        const heard = listenTo(scene.auth)
        const signIn = loginWithPopup(scene.auth)
        expect(scene.popup.isOpen()).toBe(true)
        expect(scene.auth.getState().status).toBe('unauthenticated')
        await scene.popup.answer()
        await expect(signIn).resolves.toBeUndefined()
        expect(scene.auth.getState()).toMatchObject({
          status: 'authenticated',
          reason: 'signed_in',
          user: { sub: 'alice' },
        })
        expect(names(heard)).toEqual(['identity', 'state'])
        expect(scene.popup.isOpen()).toBe(false)
        await expect(scene.auth.getAccessToken()).resolves.toEqual(expect.any(String))
      })

      it('tells why it failed, and leaves the state as it was', async () => {
        const scene = await setScene({ begin: 'signed out' })
        const before = scene.auth.getState()
        const heard = listenTo(scene.auth)
        const refused = rejectionOf(loginWithPopup(scene.auth))
        await scene.popup.refuse()
        expect(await refused).toMatchObject({ name: 'ServerError', code: 'access_denied' })
        const closed = rejectionOf(loginWithPopup(scene.auth))
        await scene.popup.close()
        expect(await closed).toMatchObject({ name: 'SignInRequiredError', code: 'popup_closed' })
        scene.popup.block()
        expect(await rejectionOf(loginWithPopup(scene.auth, { maxAge: 60 }))).toMatchObject({
          code: 'popup_blocked',
          fallback: 'redirect',
          demand: { maxAge: 60 },
        })
        expect(names(heard)).toEqual(['error', 'error', 'error'])
        expect(scene.auth.getState()).toBe(before)
      })

      it('replaces whoever is signed in by whoever signs in', async () => {
        const scene = await setScene({ begin: 'signed in' })
        const heard = listenTo(scene.auth)
        const signIn = loginWithPopup(scene.auth)
        await scene.popup.answer('bob')
        await signIn
        expect(scene.auth.getState().user?.sub).toBe('bob')
        expect(names(heard)).toEqual(['identity', 'state'])
      })

      it('tells of the tokens where the same person signs in once more, which changes no state', async () => {
        const scene = await setScene({ begin: 'signed out' })
        const signIn = async (): Promise<void> => {
          const isDone = loginWithPopup(scene.auth)
          await scene.popup.answer()
          await isDone
        }
        await signIn()
        const state = scene.auth.getState()
        const token = await scene.auth.getAccessToken()
        const heard = listenTo(scene.auth)
        await signIn()
        expect(names(heard)).toEqual(['refreshed'])
        expect(scene.auth.getState()).toBe(state)
        expect(await scene.auth.getAccessToken()).not.toBe(token)
      })
    })

    describe('with onSessionLost: holdSession', () => {
      const begin = { begin: 'signed in', onSessionLost: holdSession } as const

      it('waits for the person where the session ends, and goes on', async () => {
        const scene = await setScene(begin)
        const { auth } = scene
        const heard = listenTo(auth)
        scene.refuse()
        const token = auth.getAccessToken({ forceRefresh: true })
        await vi.waitFor(() => expect(auth.getState().reason).toBe('suspended'))
        expect(auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'alice' } })
        await expect(auth.requireSession()).resolves.toBe(auth.getState())
        const response = auth.fetch('https://api.example/orders')
        const signIn = reauthenticate(auth)
        await scene.popup.answer()
        await signIn
        await expect(token).resolves.toEqual(expect.any(String))
        expect((await response).status).toBe(201)
        expect(names(heard)).toEqual(['state', 'state'])
        expect(auth.getState()).toMatchObject({ status: 'authenticated', reason: 'signed_in' })
      })

      it('goes on waiting where the page was being left to sign in, and comes back', async () => {
        const scene = await setScene(begin)
        const { auth } = scene
        auth.start()
        scene.refuse()
        const token = auth.getAccessToken({ forceRefresh: true })
        await vi.waitFor(() => expect(auth.getState().reason).toBe('suspended'))
        await auth.login()
        scene.comeBack()
        expect(auth.getState()).toMatchObject({
          status: 'authenticated',
          reason: 'suspended',
          user: { sub: 'alice' },
        })
        const signIn = reauthenticate(auth)
        await scene.popup.answer()
        await signIn
        await expect(token).resolves.toEqual(expect.any(String))
      })

      it('refuses another person, and goes on waiting', async () => {
        const scene = await setScene(begin)
        const { auth } = scene
        scene.refuse()
        const token = rejectionOf(auth.getAccessToken({ forceRefresh: true }))
        await vi.waitFor(() => expect(auth.getState().reason).toBe('suspended'))
        const signIn = rejectionOf(reauthenticate(auth))
        await scene.popup.answer('bob')
        expect(await signIn).toMatchObject({ name: 'SignInRequiredError', code: 'subject_changed' })
        expect(auth.getState()).toMatchObject({ reason: 'suspended', user: { sub: 'alice' } })
        await auth.logout({ local: true })
        expect(await token).toMatchObject({ code: 'session_ended' })
        expect(scene.requests).toEqual([])
      })
    })

    it('has functions that can be taken out of it (pain 56)', async () => {
      const scene = await setScene({ begin: 'signed in' })
      const { getState, getServerState, subscribe, on, start, ready, explain } = scene.auth
      const { login, requireSession, handleCallback, logout, getAccessToken, fetch } = scene.auth
      const { satisfies, sessionEndsAt } = scene.auth
      const changed = vi.fn()
      const stops = [subscribe(changed), on('state', changed), start()]
      expect(getServerState().status).toBe('loading')
      await expect(ready()).resolves.toBe(getState())
      await expect(requireSession()).resolves.toBe(getState())
      await expect(getAccessToken()).resolves.toEqual(expect.any(String))
      await expect(fetch('https://api.example/')).resolves.toMatchObject({ status: 201 })
      expect(explain().status).toBe('authenticated')
      expect(satisfies({})).toBe(true)
      expect(sessionEndsAt()).toBeUndefined()
      for (const stop of stops) stop()
      expect(await rejectionOf(handleCallback()).catch(() => 'resolved')).toBeDefined()
      await logout({ local: true })
      await login()
      expect(changed).not.toHaveBeenCalled()
    })

    vitestIt('is left out of nothing but what there is', () => {
      expect([...left].sort()).toEqual([...without].sort())
    })
  })
}
