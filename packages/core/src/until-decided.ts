import type { Platform } from './platform/ports.ts'
import type { AuthEvent, AuthState } from './state.ts'
import type { Store } from './store.ts'

/** Whatever hangs: nobody waits longer for a decision. */
export const longestUndecidedMs = 3000

/** Has the page go on without the session that is looked for, once that takes too long. @returns cancels it */
export function limitSearch<TUser>(
  store: Store<AuthState<TUser>, AuthEvent<TUser>>,
  clock: Platform['clock'],
): () => void {
  return clock.setTimer(longestUndecidedMs, () => store.dispatch({ type: 'restore_timed_out' }))
}

/** The state once it is no longer `loading`, or as it is after 3 seconds. On a server: at once. */
export function untilDecided<TUser>(
  store: Store<AuthState<TUser>, AuthEvent<TUser>>,
  { clock, page }: Pick<Platform, 'clock' | 'page'>,
): Promise<AuthState<TUser>> {
  const state = store.get()
  if (state.status !== 'loading' || !page.exists()) return Promise.resolve(state)
  return new Promise((resolve) => {
    const settle = (): void => {
      unsubscribe()
      cancelTimer()
      resolve(store.get())
    }
    const unsubscribe = store.subscribe((next) => next.status !== 'loading' && settle())
    const cancelTimer = clock.setTimer(longestUndecidedMs, () => {
      // Whoever waits is not to be told that nothing is decided in the moment in which it is.
      if (!page.isPrerendering()) store.dispatch({ type: 'restore_timed_out' })
      settle()
    })
  })
}
