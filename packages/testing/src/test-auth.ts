import type { AuthClient, AuthState, LoginOptions, LogoutOptions, User } from '@latchkey/core'
import {
  type AuthEvent,
  abortable,
  createApiFetch,
  createCountedStart,
  createEventHub,
  createFailures,
  createGuard,
  createStore,
  errorInTheWay,
  explainState,
  isSought,
  parseOptions,
  plainOptions,
  startingState,
  toApiRequest,
  transition,
  untilDecided,
} from '@latchkey/core/internal'
import { handClock } from './hand-clock.ts'
import { here } from './here.ts'
import { createTestControls, type TestControls } from './test-controls.ts'
import { createTestSession } from './test-session.ts'
import { createTestSignIn } from './test-sign-in.ts'
import { createTestSignOut } from './test-sign-out.ts'

type GuardContext<TUser> = Parameters<typeof createGuard<TUser>>[0]

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
  readonly callback?: Pick<LoginOptions, 'returnTo' | 'appState'>
  /**
   * `instant` (the default): `login()` and `logout()` leave for the provider and come back in one step. `manual`: the
   * state is then `redirecting`, until `signIn()`, `failSignIn()`, `signOut()` or `comeBack()`.
   */
  readonly redirects?: 'instant' | 'manual'
  /** The first access token; those of later refreshes have a number behind it. Default: `test-access-token`. */
  readonly accessToken?: string
  /** Default: `openid profile email`. */
  readonly scope?: string
  /** Whether an access token that has run out can be renewed. Default: true. */
  readonly hasRefreshToken?: boolean
  /** When the session ends by itself, in milliseconds since the epoch. Default: never. */
  readonly sessionEndsAt?: number
  /** What answers `auth.fetch`. Where a library intercepts the global `fetch`, pass `(request) => fetch(request)`. */
  readonly fetch?: (request: Request) => Response | Promise<Response>
  /** What option `apis` of the real client lists. Default: every address is allowed. */
  readonly apis?: readonly string[]
  /** Milliseconds since the epoch. Default: `Date.now`. */
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
  const { redirects = 'instant', now = Date.now } = options
  const { scope, apis } = options
  const settings = parseOptions({ ...registration, ...(scope && { scope }), ...(apis && { apis }) })
  const first = firstState(options, user)
  const store = createStore<AuthState<TUser>, AuthEvent<TUser>>(() => first, transition)
  const events = createEventHub<TUser>()
  const requests: Request[] = []
  const failures = createFailures(store, events)
  /** What would happen if anybody waited long enough. */
  const impatient = new Set<() => void>()
  /** Whether somebody has signed out here, and nobody has signed in since. */
  let isSignedOut = false

  // Who is there already is no news.
  events.stateChanged(first, startingState)
  store.subscribe(events.stateChanged)
  store.subscribe(({ status, reason }) => {
    if (status === 'authenticated') isSignedOut = false
    else if (reason === 'signed_out' || reason === 'signed_out_elsewhere') isSignedOut = true
  })

  const session = createTestSession<TUser>({
    accessToken: options.accessToken ?? 'test-access-token',
    scope: settings.scope,
    hasRefreshToken: options.hasRefreshToken ?? true,
    endsAt: options.sessionEndsAt,
    now,
    news: {
      refreshed(user, accessTokenExpiresAt) {
        store.dispatch({ type: 'user_changed', user })
        events.emit('refreshed', { accessTokenExpiresAt })
      },
      refreshFailed: (error) => events.emit('refresh_failed', { error, retryAt: now() + 1000 }),
      ended: (reason, error) => store.dispatch({ type: 'session_ended', reason, error }),
    },
  })
  const signIn = createTestSignIn<TUser>({
    store,
    session,
    settings,
    now,
    instant: redirects === 'instant' ? { user } : undefined,
    watch: (answer) => void failures.ofSignIn('callback', answer),
  })
  const signOut = createTestSignOut<TUser>({
    store,
    session,
    isInstant: redirects === 'instant',
  })
  if (first.status === 'authenticated') session.begin(user)
  if (options.callback) signIn.beginAtCallback(options.callback)

  const decided = (): Promise<AuthState<TUser>> =>
    untilDecided(store, {
      clock: handClock(now, impatient),
      page,
    })

  /** Nobody is told that there is no session while it is looked for, however long that takes. */
  async function searched(): Promise<void> {
    await decided()
    if (store.get().reason !== 'restore_timeout') return
    await new Promise<void>((resolve) => {
      const stop = store.subscribe((state) => {
        if (isSought(state) && state.reason !== 'restore_failed') return
        stop()
        resolve()
      })
    })
  }

  /** Whoever calls an API waits until it is known whether somebody is signed in. */
  async function untilKnown(signal: AbortSignal | undefined): Promise<void> {
    if (store.get().status !== 'authenticated') await abortable(searched(), signal)
    const error = errorInTheWay(store.get())
    if (error) throw error
  }

  async function send(request: Request): Promise<Response> {
    requests.push(request)
    if (!options.fetch) throw noAnswer(request.url)
    return options.fetch(request)
  }

  const requireSession = createGuard<TUser>({
    engine: standIn<GuardContext<TUser>['engine']>({
      current: () => ({ satisfies: session.satisfies }),
      use: (run: (engine: { login: typeof signIn }) => unknown) => run({ login: signIn }),
    }),
    search: standIn<GuardContext<TUser>['search']>({ decided, adopt: async () => undefined }),
    page,
    failures,
    getState: store.get,
    here,
    isSignedOut: () => isSignedOut,
  })
  const handleCallback = (): ReturnType<AuthClient['handleCallback']> =>
    failures.ofSignIn('callback', signIn.answer())

  const client: AuthClient<TUser> = {
    getState: store.get,
    getServerState: () => startingState,
    subscribe: (listener) => store.subscribe(() => listener()),
    on: events.on,
    start: createCountedStart(() => {
      if (store.get().reason === 'callback') void handleCallback()
      return () => undefined
    }),
    ready: decided,
    login(asked) {
      isSignedOut = false
      return failures.ofSignIn('login', signIn.byGesture(plainOptions<LoginOptions>(asked) ?? {}))
    },
    requireSession,
    handleCallback,
    async logout(asked) {
      const result = await signOut.byGesture(plainOptions<LogoutOptions>(asked) ?? {})
      failures.ofSignOut(result.error)
      return result
    },
    async getAccessToken(request) {
      await untilKnown(request?.signal)
      return session.getAccessToken(request)
    },
    async fetch(input, init) {
      const sent = toApiRequest(typeof input === 'string' ? new URL(input, here()) : input, init)
      await untilKnown(sent.request.signal)
      const callApi = createApiFetch({
        apis: apis ? settings.apis : [`${new URL(sent.request.url).origin}/`],
        keeper: { getAccessToken: session.getAccessToken },
        platform: { send },
        session: session.describe,
        satisfies: session.satisfies,
        isAnonymous: () => store.get().status === 'unauthenticated' && !session.current(),
      })
      return callApi(sent)
    },
    satisfies: session.satisfies,
    sessionEndsAt: session.endsAt,
    explain: () => explainState(store.get(), session.describe(), { keeper: { kind: 'memory' }, restore: [] }),
  }

  return {
    ...client,
    ...createTestControls<TUser>({
      user,
      store,
      session,
      signIn,
      signOut,
      losePatience() {
        for (const callback of [...impatient]) callback()
      },
    }),
    logins: signIn.logins,
    logouts: signOut.logouts,
    requests,
  }
}

/** Where the session would come from, if it came from anywhere. */
const registration = { issuer: 'https://id.example.com', clientId: 'test', redirectUri: '/callback' }

/** A page that somebody looks at, with a network. */
const page: GuardContext<unknown>['page'] = {
  exists: () => true,
  isSecureContext: () => true,
  isOnline: () => true,
  isVisible: () => true,
  isPrerendering: () => false,
  isFramed: () => false,
  onWake: () => () => undefined,
  onSleep: () => () => undefined,
}

/** As much of a part of the real client as is asked for here. */
function standIn<TPart>(part: object): TPart {
  return part as TPart
}

/** By the same events that a page begins with. */
function firstState<TUser>(options: TestAuthOptions<TUser>, user: TUser): AuthState<TUser> {
  const begin = (event: AuthEvent<TUser>): AuthState<TUser> => transition<TUser>(startingState, event)
  if (options.callback) return begin({ type: 'callback_started' })
  const isGiven = 'user' in options && options.user !== undefined
  switch (options.status ?? (isGiven ? 'authenticated' : 'unauthenticated')) {
    case 'authenticated':
      return begin({ type: 'signed_in', user })
    case 'unauthenticated':
      return begin({ type: 'nothing_found', reason: 'no_session' })
    case 'loading':
      return begin({ type: 'restore_started' })
    case 'redirecting':
      return begin({ type: 'redirect_started', to: 'login' })
  }
}

function noAnswer(url: string): Error {
  return new Error(
    `auth.fetch('${url}') has nobody to answer it: give createTestAuth() the option "fetch", such as ` +
      '(request) => Response.json({}).',
  )
}
