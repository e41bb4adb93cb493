import { createBackoff } from '../backoff.ts'
import type { Platform } from '../platform/ports.ts'
import type { AuthEvent, AuthState } from '../state.ts'
import type { Store } from '../store.ts'
import type { Restoration } from './restoration.ts'

/** What trying again works with. */
export interface RetryContext<TUser> extends Pick<Restoration, 'restore'> {
  readonly platform: Pick<Platform, 'clock' | 'random' | 'page'>
  readonly store: Store<AuthState<TUser>, AuthEvent<TUser>>
}

/**
 * A session that could not be asked for is asked for again, later each time, while somebody looks at the page and there
 * is a network. A page that wakes up does so by itself, and at once.
 *
 * @returns stops it
 */
export function startRetrying<TUser>({ platform, store, restore }: RetryContext<TUser>): () => void {
  const { clock, random, page } = platform
  const backoff = createBackoff(clock, random)
  let cancel: (() => void) | undefined

  function schedule(state: AuthState<TUser>): void {
    cancel?.()
    cancel = undefined
    if (state.status === 'authenticated') backoff.reset()
    // What was answered wrongly is answered no better for being asked twice.
    if (state.reason !== 'restore_failed' || state.error?.name !== 'NetworkError') return
    const delayMs = backoff.failed(state.error) - clock.now().epochMs
    cancel = clock.setTimer(Math.ceil(delayMs), () => {
      if (page.isVisible() && page.isOnline()) void restore()
    })
  }

  const unsubscribe = store.subscribe(schedule)
  schedule(store.get())
  return () => {
    unsubscribe()
    cancel?.()
  }
}
