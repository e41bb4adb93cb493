import type { AnyAuthError, AuthenticationDemand, AuthState } from '@latchkey/core'
import {
  type AuthEvent,
  type EndReason,
  longestUndecidedMs,
  type Store,
  transition,
} from '@latchkey/core/internal'
import type { HandClock } from './hand-clock.ts'
import { networkFailed, sessionEnded } from './refresh-failures.ts'
import type { TestSession } from './test-session.ts'
import { accessDenied, type TestSignIn } from './test-sign-in.ts'
import type { TestSignOut } from './test-sign-out.ts'
import type { TestUserInfo } from './test-user-info.ts'
import type { TestWindows } from './test-windows.ts'

/**
 * What happens to the session while the app looks on. What cannot happen now throws, so that no test passes by
 * accident. Around components, call them in `act()`.
 */
export interface TestControls<TUser> {
  /** Somebody signs in, on whatever page this is, or in the window that is open. Default: `user`. */
  signIn(user?: TUser): void
  /** Somebody comes back from the provider with an error. Default: `access_denied`. */
  failSignIn(error?: AnyAuthError): void
  /** Somebody signs in, in another tab: as asked there, a step-up say. */
  signInElsewhere(user: TUser, asked?: AuthenticationDemand): void
  /** The person signs out; where the page was left for it, it is back. */
  signOut(): void
  /** The person signs out in another tab. */
  signOutElsewhere(): void
  /**
   * The access token runs out, unseen. The session goes on, and the next call refreshes. Where nothing can renew the
   * token, the session ends with it.
   */
  expire(): void
  /** Lets time pass, in milliseconds: what is due by then happens. */
  advance(ms: number): void
  /** The provider ends the session, as a refresh finds out. */
  endSession(error?: AnyAuthError): void
  /** Somebody is described anew by a refresh. */
  changeUser(user: TUser): void
  /** What `refreshUser()` gives from now on. Default: what is known already. */
  prepareUserInfo(user: TUser): void
  /** The next `refreshUser()` fails: by default as without a network. */
  failNextUserInfo(error?: AnyAuthError): void
  /** The next refresh fails: by default as without a network, which keeps the session. `session_ended` ends it. */
  failNextRefresh(error?: AnyAuthError): void
  /** The next `login()` does not get away. */
  failNextLogin(error?: AnyAuthError): void
  /** The next `logout()` does not reach the provider. */
  failNextLogout(error?: AnyAuthError): void
  /** A session that began on another page is looked for. */
  startLoading(): void
  /** It is found, or nothing is. */
  settle(user?: TUser): void
  /** It could not be looked for. */
  failRestore(error?: AnyAuthError): void
  /** Looking takes longer than anybody waits: 3 seconds. */
  losePatience(): void
  /** The page that was being left is back, by a step back of the person's. */
  comeBack(): void
  /** When the session ends by itself, in milliseconds since the epoch, from now on. */
  endSessionAt(at: number | undefined): void
  /** Whether the window of `loginWithPopup()` is open. */
  isPopupOpen(): boolean
  /** The person closes the window of `loginWithPopup()`, and is back in the page. */
  closePopup(): void
  /** From now on the browser lets no window open. */
  blockPopups(): void
}

/** What the controls take hold of. */
export interface TestControlsContext<TUser> {
  readonly user: TUser
  readonly store: Store<AuthState<TUser>, AuthEvent<TUser>>
  readonly session: TestSession<TUser>
  readonly signIn: TestSignIn<TUser>
  readonly signOut: TestSignOut
  readonly windows: TestWindows<TUser>
  readonly userInfo: TestUserInfo<TUser>
  /** The session is over, which the app may hold on to. */
  ended(reason: EndReason, error: AnyAuthError): void
  /** Who is shown though their session is over. */
  held(): { readonly user: TUser } | undefined
  readonly clock: HandClock
}

/** Makes the {@link TestControls} of a client. */
export function createTestControls<TUser>(context: TestControlsContext<TUser>): TestControls<TUser> {
  const { user, store, session, signIn, signOut, windows, ended, held, userInfo, clock } = context

  /** What would change nothing is a mistake of the test's. */
  function assertPossible(control: string, event: AuthEvent<TUser>): void {
    const state = store.get()
    if (transition(state, event) === state) throw impossible(control, state)
  }

  /** The page is being left for it: whoever signs in after that does so on another. */
  function isSigningOut(): boolean {
    const state = store.get()
    return state.status === 'redirecting' && state.to === 'logout'
  }

  function end(control: string, event: AuthEvent<TUser> & { type: 'session_ended' }): void {
    assertPossible(control, event)
    session.drop()
    store.dispatch(event)
  }

  function happen(control: string, event: AuthEvent<TUser>): void {
    assertPossible(control, event)
    store.dispatch(event)
  }

  return {
    signIn(who = user) {
      if (windows.isOpen()) return windows.answer({ user: who })
      if (isSigningOut()) throw impossible('signIn', store.get())
      signIn.finish(who)
    },
    failSignIn(error = accessDenied()) {
      if (windows.isOpen()) return windows.answer({ error })
      if (session.current() || isSigningOut()) throw impossible('failSignIn', store.get())
      signIn.fail(error)
    },
    signInElsewhere(who, asked) {
      const before = store.get()
      if (before.status === 'redirecting') throw impossible('signInElsewhere', before)
      session.begin(who, asked)
      store.dispatch({ type: 'signed_in', user: who, found: 'signed_in_elsewhere' })
      if (before.status === 'authenticated' && store.get() === before) session.tellRefreshed()
    },
    signOut: signOut.finish,
    signOutElsewhere: () =>
      end('signOutElsewhere', { type: 'session_ended', reason: 'signed_out_elsewhere' }),
    expire() {
      if (!session.current()) throw impossible('expire', store.get())
      session.expire()
    },
    advance: clock.advance,
    endSession(error = sessionEnded()) {
      assertPossible('endSession', { type: 'session_ended', reason: 'session_ended', error })
      session.drop()
      ended('session_ended', error)
    },
    changeUser(next) {
      if (!session.current()) throw impossible('changeUser', store.get())
      session.changeUser(next)
    },
    prepareUserInfo: userInfo.prepare,
    failNextUserInfo: (error = networkFailed()) => userInfo.failNext(error),
    failNextRefresh: (error = networkFailed()) => session.failNextRefresh(error),
    failNextLogin: (error = networkFailed()) => signIn.failNext(error),
    failNextLogout: (error = networkFailed()) => signOut.failNext(error),
    startLoading: () => happen('startLoading', { type: 'restore_started' }),
    settle(who) {
      if (who === undefined) return happen('settle', { type: 'nothing_found', reason: 'no_session' })
      const event = { type: 'signed_in', user: who, found: 'restored' } as const
      assertPossible('settle', event)
      session.begin(who)
      store.dispatch(event)
    },
    failRestore: (error = networkFailed()) => happen('failRestore', { type: 'restore_failed', error }),
    losePatience() {
      if (store.get().status !== 'loading') throw impossible('losePatience', store.get())
      store.dispatch({ type: 'restore_timed_out' })
      clock.advance(longestUndecidedMs)
    },
    comeBack: () =>
      happen('comeBack', { type: 'redirect_cancelled', session: session.current(), held: held() }),
    endSessionAt: session.endAt,
    isPopupOpen: windows.isOpen,
    closePopup() {
      if (!windows.isOpen()) throw impossible('closePopup', store.get())
      windows.close()
    },
    blockPopups: windows.block,
  }
}

function impossible(control: string, { status, reason }: AuthState<unknown>): Error {
  return new Error(`${control}() cannot happen now: the state is "${status}" (${reason}).`)
}
