import type { EngineLoader } from '../engine-loader.ts'
import { isAuthError } from '../errors.ts'
import type { Page } from '../platform/ports.ts'
import type { LoginOptions } from '../sign-in/login-options.ts'
import type { AuthState } from '../state.ts'
import { untilAwake, untilOpened } from '../until-awake.ts'
import type { Failures } from './failures.ts'
import type { Search } from './search.ts'

/** What a guard works with. */
export interface GuardContext<TUser> {
  readonly engine: Pick<EngineLoader, 'current' | 'use'>
  readonly page: Page
  readonly failures: Failures
  readonly search: Search<TUser>
  getState(): AuthState<TUser>
  /** Where the page is. */
  here(): string
  /** Whether the person signed out here while the provider's own session went on, on this page or before. */
  isSignedOut(): boolean
}

/** What a guard asks for, and for how long. */
export interface GuardOptions extends LoginOptions {
  /** Of whatever needs the session, a navigation say: once it is aborted, no sign-in is started for it. */
  readonly signal?: AbortSignal | undefined
}

/** Makes the one way in which somebody is sent to sign in who did not ask to be: never against what they just did. */
export function createGuard<TUser>({
  engine,
  page,
  failures,
  search,
  getState,
  here,
  isSignedOut,
}: GuardContext<TUser>): (options?: GuardOptions) => Promise<AuthState<TUser>> {
  /** The state where nobody is to be sent off: somebody is signed in well enough, or it would not help. */
  async function settled(options: LoginOptions): Promise<AuthState<TUser> | undefined> {
    const state = await search.decided()
    const isLacking =
      state.status === 'unauthenticated' ||
      (state.status === 'authenticated' && !engine.current()?.satisfies(options))
    return isLacking && !isClickNeeded(state) ? undefined : state
  }

  /**
   * Whoever signed out, or stopped a navigation, or has work in a page that waits for them, is not sent off unasked; nor anybody to a provider that does not
   * answer, or for what only another version of the app can mend. Stored too: a callback page that finds nothing has a
   * reason of its own.
   */
  function isClickNeeded({ reason, error }: AuthState<TUser>): boolean {
    return (
      isSignedOut() ||
      error?.name === 'ConfigurationError' ||
      /^(signed_out(_elsewhere)?|redirect_cancelled|restore_failed|suspended)$/.test(reason)
    )
  }

  return async ({ signal, ...options } = {}) => {
    if (page.exists()) await untilOpened(page)
    const before = await settled(options)
    if (before) return before
    // Nobody is sent off who does not look, or without a network; and then there may be a session after all.
    await untilAwake(page)
    await search.adoptOthers()
    const after = await settled(options)
    if (after) return after
    // Whoever went elsewhere while it waited is not fetched back.
    if (signal?.aborted) return getState()
    const calledAt = here()
    const leaving = engine.use(
      ({ login }) => login.automatically(options, { calledAt, signal }),
      () => undefined, // the guard is in the page that comes, too
    )
    await failures.ofSignIn('login', leaving).catch((error: unknown) => {
      if (!isAuthError(error)) throw error // the others are in the state, or were told
    })
    return getState()
  }
}
