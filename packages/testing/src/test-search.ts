import type { AuthState, Clock } from '@latchkey/core'
import { type AuthEvent, isSought, type Store, untilDecided } from '@latchkey/core/internal'
import { testPage } from './test-page.ts'

/** Waiting for a session that is looked for. */
export interface TestSearch<TUser> {
  /** The state once it is decided, or after 3 seconds as it then is. */
  decided(): Promise<AuthState<TUser>>
  /** Nobody is told that there is no session while it is looked for, however long that takes. */
  finished(): Promise<void>
}

/** Makes a {@link TestSearch}. It is a test that finds something, or nothing. */
export function createTestSearch<TUser>(
  store: Store<AuthState<TUser>, AuthEvent<TUser>>,
  clock: Clock,
): TestSearch<TUser> {
  const decided = (): Promise<AuthState<TUser>> => untilDecided(store, { clock, page: testPage })
  return {
    decided,
    async finished() {
      await decided()
      if (store.get().reason !== 'restore_timeout') return
      await new Promise<void>((resolve) => {
        const stop = store.subscribe((state) => {
          if (isSought(state) && state.reason !== 'restore_failed') return
          stop()
          resolve()
        })
      })
    },
  }
}
