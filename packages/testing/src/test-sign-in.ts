import {
  type AnyAuthError,
  type AuthState,
  type CallbackResult,
  type Clock,
  type LoginOptions,
  ServerError,
  SignInRequiredError,
} from '@latchkey/core'
import {
  type AuthEvent,
  createBreaker,
  createMemoryStore,
  loginLoop,
  notSignedIn,
  parseLoginOptions,
  parseReturnTo,
  type Settings,
  type Store,
} from '@latchkey/core/internal'
import { here } from './here.ts'
import type { TestSession } from './test-session.ts'

/** What signing in works with. */
export interface TestSignInContext<TUser> {
  readonly store: Store<AuthState<TUser>, AuthEvent<TUser>>
  readonly session: TestSession<TUser>
  readonly settings: Settings
  readonly clock: Clock
  /** Who comes back at once from the provider; undefined where the page stays left until the test says more. */
  readonly instant: { readonly user: TUser } | undefined
  /** Lets whoever did not wait for the answer hear of its failure. */
  watch(answer: Promise<CallbackResult>): void
}

/** Leaving for the provider, and coming back. */
export interface TestSignIn<TUser> {
  /** What was asked for by those who left, oldest first. */
  readonly logins: readonly LoginOptions[]
  byGesture(options: LoginOptions): Promise<void>
  /** Because a page needs it: the breaker may refuse. */
  automatically(options: LoginOptions): Promise<void>
  /** In a window, while the page stays. @throws what `failNext` was given, and what the options are refused with */
  inWindow(options: LoginOptions): void
  failNext(error: AnyAuthError): void
  /** The page begins as the one that somebody comes back to. */
  beginAtCallback(options: Pick<LoginOptions, 'returnTo' | 'appState' | 'authorizationDetails'>): void
  /** Somebody has signed in at the provider, and is back. */
  finish(user: TUser): void
  /** Somebody is back with an error. */
  fail(error: AnyAuthError): void
  /** Somebody signs out, and whoever is about to come back is let in no longer. */
  abandon(): void
  /** What the callback page is told. However often it asks, one outcome. */
  answer(): Promise<CallbackResult>
}

interface Attempt {
  readonly options: LoginOptions
  readonly result: Promise<CallbackResult>
  succeed(): void
  fail(error: AnyAuthError): void
}

/** Makes a {@link TestSignIn}. */
export function createTestSignIn<TUser>(context: TestSignInContext<TUser>): TestSignIn<TUser> {
  const { store, session, settings, clock, instant, watch } = context
  const logins: LoginOptions[] = []
  const navigation = { href: here, assign() {}, leave() {}, replace() {}, isUserDriven: () => false }
  const breaker = createBreaker({ clock, session: createMemoryStore(), navigation }, 'automatic')
  let nextFailure: AnyAuthError | undefined
  /** The sign-in that has left, or the last that came back. */
  let latest: (Attempt & { isOver: boolean }) | undefined

  async function leave(options: LoginOptions): Promise<void> {
    const state = store.get()
    if (state.status === 'redirecting') {
      if (state.to === 'login') return
      throw signingOut()
    }
    setOut(options)
    begin(options)
    store.dispatch({ type: 'redirect_started', to: 'login' })
    if (instant) finish(instant.user)
  }

  function setOut(options: LoginOptions): void {
    parseLoginOptions(options, settings)
    const failure = nextFailure
    nextFailure = undefined
    if (failure) throw failure
    logins.push(options)
  }

  function begin(options: LoginOptions): Attempt & { isOver: boolean } {
    latest = { ...createAttempt(options), isOver: false }
    watch(latest.result)
    return latest
  }

  /** It comes back to another page, which knows nothing yet. */
  function arrive(): void {
    if (store.get().status === 'redirecting') store.dispatch({ type: 'callback_started' })
  }

  function finish(user: TUser): void {
    arrive()
    session.begin(user, latest?.options)
    store.dispatch({ type: 'signed_in', user })
    if (latest) latest.isOver = true
    latest?.succeed()
  }

  return {
    logins,
    async byGesture(options) {
      breaker.reset()
      return leave(options)
    },
    async automatically(options) {
      if (store.get().status !== 'redirecting' && !breaker.allow()) throw loginLoop()
      return leave(options)
    },
    inWindow: setOut,
    failNext(error) {
      nextFailure = error
    },
    beginAtCallback: begin,
    finish,
    fail(error) {
      arrive()
      const failing = latest && !latest.isOver ? latest : begin({})
      failing.isOver = true
      failing.fail(error)
      store.dispatch({ type: 'sign_in_failed', error })
    },
    abandon() {
      if (!latest || latest.isOver) return
      // A page that has been left already hears nothing of it.
      if (store.get().status === 'loading') latest.fail(notSignedIn())
      latest = undefined
    },
    async answer() {
      if (!latest) {
        if (session.current() || store.get().status === 'redirecting') return { returnTo: '/' }
        throw noSignInPending()
      }
      const { result } = latest
      if (!latest.isOver) {
        arrive()
        if (instant) finish(instant.user)
      }
      return result
    },
  }
}

function createAttempt(options: LoginOptions): Attempt {
  const returnTo = parseReturnTo(options.returnTo ?? here(), new URL(here()).origin) ?? '/'
  const { appState } = options
  let succeed = (): void => undefined
  let reject: (error: AnyAuthError) => void = () => undefined
  const result = new Promise<CallbackResult>((resolve, refuse) => {
    succeed = () => resolve({ returnTo, appState })
    reject = refuse
  })
  return {
    options,
    result,
    succeed,
    fail(error) {
      error.returnTo = returnTo
      reject(error)
    },
  }
}

/** What a sign-in fails with where a test does not say. */
export function accessDenied(): ServerError {
  return new ServerError('access_denied', 'The sign-in was refused or cancelled.', { error: 'access_denied' })
}

function noSignInPending(): SignInRequiredError {
  const error = new SignInRequiredError(
    'no_sign_in_pending',
    'No sign-in is under way. Call login(), or give createTestAuth() the option "callback".',
  )
  error.returnTo = '/'
  return error
}

function signingOut(): SignInRequiredError {
  return new SignInRequiredError(
    'signing_out',
    'A sign-out is under way. Call login() again once it is over.',
  )
}
