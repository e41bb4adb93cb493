import type { AnyAuthError, AuthState, LogoutOptions, LogoutResult } from '@latchkey/core'
import type { AuthEvent, Store } from '@latchkey/core/internal'
import type { TestSession } from './test-session.ts'

/** What signing out works with. */
export interface TestSignOutContext<TUser> {
  readonly store: Store<AuthState<TUser>, AuthEvent<TUser>>
  readonly session: TestSession<TUser>
  readonly isInstant: boolean
}

/** Leaving the provider, and coming back. */
export interface TestSignOut {
  /** What was asked for, oldest first. */
  readonly logouts: readonly LogoutOptions[]
  byGesture(options: LogoutOptions): Promise<LogoutResult>
  /** The person is signed out, wherever the page was. */
  finish(): void
  failNext(error: AnyAuthError): void
}

/** Makes a {@link TestSignOut}. */
export function createTestSignOut<TUser>(context: TestSignOutContext<TUser>): TestSignOut {
  const { store, session, isInstant } = context
  const logouts: LogoutOptions[] = []
  let nextFailure: AnyAuthError | undefined
  let leaving: Promise<LogoutResult> | undefined

  function finish(error?: AnyAuthError): void {
    session.drop()
    store.dispatch({ type: 'signed_out', error })
  }

  async function signOut(options: LogoutOptions): Promise<LogoutResult> {
    logouts.push(options)
    const error = nextFailure
    nextFailure = undefined
    if (!options.local) store.dispatch({ type: 'redirect_started', to: 'logout' })
    const isTold = !options.local || options.revoke !== false
    const isRevoked = session.drop() && isTold && !error
    if (options.local || isInstant || error) finish(options.local ? undefined : error)
    return { provider: options.local || error ? 'local' : 'redirected', isRevoked, error }
  }

  return {
    logouts,
    byGesture(options) {
      const state = store.get()
      const isUnderWay = state.status === 'redirecting' && state.to === 'logout'
      if (!isUnderWay || !leaving) leaving = signOut(options)
      return leaving
    },
    finish: () => finish(),
    failNext(error) {
      nextFailure = error
    },
  }
}
