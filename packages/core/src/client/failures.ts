import { type AnyAuthError, isAuthError } from '../errors.ts'
import type { EventHub } from '../events.ts'
import type { AuthEvent, AuthState } from '../state.ts'
import type { Store } from '../store.ts'

/** Sees to it that a failure is heard of by whoever did not await it, and once. */
export interface Failures {
  /** Puts the failure of a sign-in into the state and to the listeners; the promise stays as it is. */
  ofSignIn<T>(during: 'login' | 'callback', promise: Promise<T>): Promise<T>
  /** The state says it already. */
  ofSignOut(error: AnyAuthError | undefined): void
}

/** Makes {@link Failures}. */
export function createFailures<TUser>(
  store: Store<AuthState<TUser>, AuthEvent<TUser>>,
  events: EventHub<TUser>,
): Failures {
  const told = new WeakSet<AnyAuthError>()

  function tellOnce(error: AnyAuthError, during: 'login' | 'callback' | 'logout'): void {
    if (told.has(error)) return
    told.add(error)
    if (during !== 'logout') store.dispatch({ type: 'sign_in_failed', error })
    events.emit('error', { error, during })
  }

  return {
    ofSignIn(during, promise) {
      promise.catch((error: unknown) => {
        // Whatever else it is, is a bug, and for whoever called.
        if (isAuthError(error)) tellOnce(error, during)
      })
      return promise
    },
    ofSignOut(error) {
      if (error) tellOnce(error, 'logout')
    },
  }
}
