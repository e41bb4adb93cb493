import type {
  AnyAuthError,
  ApiOptions,
  AuthClient,
  AuthState,
  LoginOptions,
  LogoutOptions,
  OnSessionLost,
  User,
} from '@latchkey/core'
import {
  type AuthEvent,
  abortable,
  answerInitiatedLogin,
  createCountedStart,
  createEventHub,
  createFailures,
  createMemoryStore,
  createSessionRecordStore,
  createStore,
  type EndReason,
  errorInTheWay,
  explainState,
  namedIdentity,
  parseOptions,
  plainOptions,
  startingState,
  transition,
  windowHost,
} from '@latchkey/core/internal'
import { createApiCalls } from './api-calls.ts'
import { firstState } from './first-state.ts'
import { createHandClock } from './hand-clock.ts'
import { here } from './here.ts'
import { createTestControls, type TestControls } from './test-controls.ts'
import { createTestGuard } from './test-guard.ts'
import { createTestLimits, type TestLimits } from './test-limits.ts'
import { testPage } from './test-page.ts'
import { createTestSearch } from './test-search.ts'
import { createTestSession, type TestSession } from './test-session.ts'
import { createTestSignIn } from './test-sign-in.ts'
import { createTestSignOut } from './test-sign-out.ts'
import { createTestUserInfo } from './test-user-info.ts'
import { createTestWindows } from './test-windows.ts'

/** How a page begins, and what is around it. */
export interface TestAuthOptions<TUser = User> {
  /** Who is signed in, or would be: the person whom `login()` and `signIn()` sign in. Default: `testUser`. */
  readonly user?: TUser
  /**
   * How the page begins. `loading`: a session is looked for, until `settle()`. Default: `authenticated` where a `user`
   * is given, and `unauthenticated` otherwise.
   */
  readonly status?: AuthState<TUser>['status']
  /** The page begins as the callback page of a sign-in that was started with these. */
  readonly callback?: Pick<LoginOptions, 'returnTo' | 'appState' | 'authorizationDetails'>
  /**
   * `instant` (the default): `login()` and `logout()` leave for the provider and come back in one step, and a window is
   * open for no longer. `manual`: the state is then `redirecting`, until `signIn()`, `failSignIn()`, `signOut()` or
   * `comeBack()`, and a window stays open until `signIn()`, `failSignIn()` or `closePopup()`.
   */
  readonly redirects?: 'instant' | 'manual'
  /** The first access token; those of later refreshes have a number behind it. Default: `test-access-token`. */
  readonly accessToken?: string
  /** Default: `openid profile email`. */
  readonly scope?: string
  /** Whether an access token that has run out, after 300 seconds, can be renewed. Default: true. */
  readonly hasRefreshToken?: boolean
  /**
   * When the session ends by itself, in milliseconds since the epoch. Default: as `user` says (claim `session_expiry`),
   * or with an access token that nothing can renew.
   */
  readonly sessionEndsAt?: number
  /** As the option of the real client: claims that make somebody another, beside `sub`. */
  readonly identifiedBy?: readonly string[]
  /** As the option of the real client: `holdSession` of `@latchkey/core/popup`. */
  readonly onSessionLost?: OnSessionLost
  /** What answers `auth.fetch`. Where a library intercepts the global `fetch`, pass `(request) => fetch(request)`. */
  readonly fetch?: (request: Request) => Response | Promise<Response>
  /** As those of the real client. To do something is to call `extendSession()`: nobody touches the page of a test. */
  readonly idleTimeoutSeconds?: number
  readonly sessionLimitSeconds?: number
  /** As the option of the real client. Nobody signs out at a provider here: `signOutElsewhere()` says that somebody has. */
  readonly watchProviderSession?: boolean
  /** What `auth.fetch` may call, as option `apis` of the real client lists it. Default: nothing. */
  readonly apis?: readonly (string | ApiOptions)[]
  /** Milliseconds since the epoch. Default: `Date.now`. `advance()` adds to it. */
  readonly now?: () => number
}

/** A client of the same type as the real one, driven by hand, that remembers what the app did. */
export interface TestAuth<TUser = User> extends AuthClient<TUser>, TestControls<TUser> {
  /** What each sign-in that left for the provider had asked for, oldest first: by `login()`, or by a guard. */
  readonly logins: readonly LoginOptions[]
  /** What each sign-out was called with, oldest first. */
  readonly logouts: readonly LogoutOptions[]
  /** What `auth.fetch` sent, with the access token on it, oldest first. */
  readonly requests: readonly Request[]
}

/** Puts a client for tests together from the parts of the real one. */
export function composeTestAuth<TUser>(options: TestAuthOptions<TUser>, user: TUser): TestAuth<TUser> {
  const { redirects = 'instant', scope, apis, idleTimeoutSeconds, sessionLimitSeconds } = options
  const { watchProviderSession } = options
  const settings = parseOptions({
    ...registration,
    ...(scope && { scope }),
    ...(apis && { apis }),
    ...(options.identifiedBy && { identifiedBy: options.identifiedBy }),
    ...(idleTimeoutSeconds !== undefined && { idleTimeoutSeconds }),
    ...(sessionLimitSeconds !== undefined && { sessionLimitSeconds }),
    ...(watchProviderSession !== undefined && { watchProviderSession, silentRedirectUri: '/silent' }),
  })
  const clock = createHandClock(options.now ?? Date.now)
  const first = firstState(beginningOf(options), user)
  const store = createStore<AuthState<TUser>, AuthEvent<TUser>>(() => first, transition)
  const events = createEventHub<TUser>(settings.identifiedBy)
  const failures = createFailures(store, events)
  const search = createTestSearch(store, clock)
  /** Whether somebody has signed out here, and nobody has signed in since. */
  let isSignedOut = false

  // Who is there already is no news.
  events.stateChanged(first, startingState)
  store.subscribe(events.stateChanged)
  store.subscribe(({ status, reason }) => {
    if (status === 'authenticated') isSignedOut = false
    else if (signOuts.includes(reason)) isSignedOut = true
  })

  const limits: TestLimits = createTestLimits<TUser>({
    settings,
    clock,
    store,
    events,
    session: () => session,
  })
  const session: TestSession<TUser> = createTestSession<TUser>({
    accessToken: options.accessToken ?? 'test-access-token',
    scope: settings.scope,
    hasRefreshToken: options.hasRefreshToken ?? true,
    endsAt: options.sessionEndsAt,
    clock,
    began: limits.begin,
    news: {
      refreshed(user, accessTokenExpiresAt) {
        store.dispatch({ type: 'user_changed', user })
        events.emit('refreshed', { accessTokenExpiresAt })
      },
      refreshFailed: (error) => events.emit('refresh_failed', { error, retryAt: clock.now().epochMs + 1000 }),
      ended,
    },
  })
  const hold = options.onSessionLost?.({
    store,
    tokens: session,
    // What happens in other tabs, the test says by itself.
    line: { onMessage: () => () => undefined },
    record: createSessionRecordStore(createMemoryStore(), 'session'),
    page: testPage,
    subject: () => namedIdentity(store.get().user, settings.identifiedBy),
    rememberSignOut: () => undefined,
  })
  const tokens = hold ?? session

  function ended(reason: EndReason, error: AnyAuthError): void {
    if (hold?.takes({ type: 'ended', reason, error })) return
    store.dispatch({ type: 'session_ended', reason, error })
  }

  const signIn = createTestSignIn<TUser>({
    store,
    session,
    settings,
    clock,
    instant: redirects === 'instant' ? { user } : undefined,
    watch: (answer) => void failures.ofSignIn('callback', answer),
  })
  const signOut = createTestSignOut<TUser>({
    store,
    session,
    isInstant: redirects === 'instant',
  })
  const windows = createTestWindows<TUser>({
    store,
    events,
    session,
    clock,
    instant: redirects === 'instant' ? { user } : undefined,
    setOut: signIn.inWindow,
  })
  const userInfo = createTestUserInfo(session, (changed) =>
    store.dispatch({ type: 'user_changed', user: changed }),
  )
  if (first.status === 'authenticated') session.begin(user)
  if (options.callback) signIn.beginAtCallback(options.callback)

  /** Whoever calls an API waits until it is known whether somebody is signed in. */
  async function untilKnown(signal: AbortSignal | undefined): Promise<void> {
    if (store.get().status !== 'authenticated') await abortable(search.finished(), signal)
    const error = errorInTheWay(store.get())
    if (error) throw error
    limits.assertAlive()
  }

  const api = createApiCalls({
    settings,
    clock,
    session: { ...session, ...tokens },
    answer: options.fetch,
    isAnonymous: () => store.get().status === 'unauthenticated' && !session.current(),
    untilKnown,
  })

  const requireSession = createTestGuard<TUser>({
    search,
    session,
    signIn,
    failures,
    getState: store.get,
    isSignedOut: () => isSignedOut,
  })
  const handleCallback = (): ReturnType<AuthClient['handleCallback']> =>
    failures.ofSignIn('callback', signIn.answer())

  function login(asked: LoginOptions = {}): Promise<void> {
    isSignedOut = false
    return failures.ofSignIn('login', signIn.byGesture(asked))
  }

  const client: AuthClient<TUser> = {
    instanceId: settings.instanceId,
    identifiedBy: settings.identifiedBy,
    getState: store.get,
    getServerState: () => startingState,
    subscribe: (listener) => store.subscribe(() => listener()),
    on: events.on,
    start: createCountedStart(() => {
      if (store.get().reason === 'callback') void handleCallback()
      const stops = [limits.start(), session.start()]
      return () => {
        for (const stop of stops) stop()
      }
    }),
    ready: search.decided,
    login: (asked) => login(plainOptions<LoginOptions>(asked)),
    register: (asked) => login({ ...plainOptions<LoginOptions>(asked), prompt: 'create' }),
    requireSession,
    handleCallback,
    async handleInitiateLogin(url = here()) {
      return answerInitiatedLogin(
        {
          issuer: settings.issuer,
          origin: new URL(here()).origin,
          isFramed: testPage.isFramed(),
          decided: search.decided,
          leave: (asked) => failures.ofSignIn('login', signIn.automatically(asked)),
          report: (error) => events.emit('error', { error, during: 'login' }),
        },
        url,
      )
    },
    async logout(asked) {
      signIn.abandon()
      const result = await signOut.byGesture(plainOptions<LogoutOptions>(asked) ?? {})
      failures.ofSignOut(result.error)
      return result
    },
    async getAccessToken(request) {
      await untilKnown(request?.signal)
      return tokens.getAccessToken(request)
    },
    fetch: api.fetch,
    async refreshUser() {
      await untilKnown(undefined)
      return userInfo.ask()
    },
    satisfies: session.satisfies,
    grantedDetails: () => session.describe()?.authorizationDetails,
    sessionEndsAt: limits.endsAt,
    extendSession: limits.extend,
    explain: () => explainState(store.get(), session.describe(), { keeper: { kind: 'memory' }, restore: [] }),
    [windowHost]: windows.host,
  }

  return {
    ...client,
    ...createTestControls<TUser>({
      user,
      store,
      session,
      ended,
      held: () => hold?.held() as { readonly user: TUser } | undefined,
      signIn,
      signOut,
      windows,
      userInfo,
      clock,
    }),
    logins: signIn.logins,
    logouts: signOut.logouts,
    requests: api.requests,
  }
}

/** Reasons for which nobody is signed in again unasked. */
const signOuts = ['signed_out', 'signed_out_elsewhere', 'idle_timeout', 'session_limit']

/** Where the session would come from, if it came from anywhere. */
const registration = { issuer: 'https://id.example.com', clientId: 'test', redirectUri: '/callback' }

function beginningOf<TUser>({
  callback,
  status,
  ...options
}: TestAuthOptions<TUser>): Parameters<typeof firstState>[0] {
  if (callback) return 'callback'
  const isSomebody = 'user' in options && options.user !== undefined
  return status ?? (isSomebody ? 'authenticated' : 'unauthenticated')
}
