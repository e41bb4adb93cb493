import type { AnyAuthError } from './errors.ts'
import type { Keeper } from './keeper/keeper.ts'
import type { Clock, Navigation } from './platform/ports.ts'
import type { LimitReason } from './session-limits/limit-settings.ts'
import type { AppUrls } from './sign-in/app-urls.ts'
import { parseReturnTo } from './sign-in/return-to.ts'
import { isStopped, type Leaving } from './sign-in/stopped-navigation.ts'
import type { AuthEvent, AuthState } from './state.ts'
import type { Store } from './store.ts'

/** How to sign out. */
export interface LogoutOptions {
  /** Where the provider sends the person afterwards: a path of this app, registered there. Default: `postLogoutRedirectUri`. */
  readonly returnTo?: string | undefined
  /** Signs out here only: no navigation, and the provider's own session goes on. The tokens are revoked. */
  readonly local?: boolean | undefined
  /**
   * With `local`, `false` tells the provider nothing, not even to forget the tokens: for one that would end its own session
   * with them. Whoever has read them out of this browser can then use them until they run out. Default: true.
   */
  readonly revoke?: boolean | undefined
}

/** How signing out went. Here it always succeeds. */
export interface LogoutResult {
  /**
   * `redirected`: the page is being left to end the provider's session. `local`: that session goes on,
   * because it was asked for, or because the provider offers no way to end it or could not be reached (`error`).
   */
  readonly provider: 'redirected' | 'local'
  /** Whether the provider was told to forget the tokens. */
  readonly isRevoked: boolean
  /** What kept the provider from being told. */
  readonly error?: AnyAuthError | undefined
}

/** What signing out works with. */
export interface SignOutContext<TUser> {
  readonly keeper: Keeper
  readonly store: Store<AuthState<TUser>, AuthEvent<TUser>>
  readonly urls: AppUrls
  readonly navigation: Navigation
  readonly clock: Clock
  /** Called where the provider's session goes on, so that no guard signs the person straight back in. */
  stayedAtProvider(): void
}

/** Why a session is ended that nobody here asked to end: its time is up, or the provider's own is over or another's. */
export type UnaskedReason = LimitReason | 'session_ended' | 'subject_changed'

/** Ending a session. */
export interface Logout {
  /** Called twice, it signs out once. */
  byGesture(options?: LogoutOptions): Promise<LogoutResult>
  /** Nobody here asked for it. */
  unasked(reason: UnaskedReason, options: Pick<LogoutOptions, 'local'>): Promise<LogoutResult>
  /** Whether the page is being left to sign out. */
  isUnderWay(): boolean
  /** The page is back although it was being left. */
  returned(): void
}

/** Makes the one way to sign out. */
export function createLogout<TUser>(context: SignOutContext<TUser>): Logout {
  const { clock, store } = context
  let leaving: Leaving<LogoutResult> | undefined

  const isUnderWay = (): boolean => leaving !== undefined && !isStopped(leaving.goneAtMs, clock)

  function settled(attempt: Leaving<LogoutResult>): void {
    if (leaving === attempt) leaving = undefined
  }

  function once(options: LogoutOptions, reason?: UnaskedReason): Promise<LogoutResult> {
    // Somebody may have signed in while the provider is still being told of the last sign-out: this one is theirs.
    const isOfAnother = store.get().status === 'authenticated'
    if (leaving && isUnderWay() && !isOfAnother) return leaving.promise
    const promise = signOut(context, options, reason).then(
      (result) => {
        // While the page is being left, asking again must not set out a second time, without the ID token.
        if (result.provider === 'local') settled(attempt)
        else attempt.goneAtMs = clock.now().monotonicMs
        return result
      },
      (error: unknown) => {
        settled(attempt)
        throw error
      },
    )
    const attempt: Leaving<LogoutResult> = { promise }
    leaving = attempt
    return promise
  }

  return {
    byGesture: (options = {}) => once(options),
    unasked: (reason, options) => once(options, reason),

    isUnderWay,

    returned() {
      leaving = undefined
    },
  }
}

async function signOut<TUser>(
  { keeper, store, urls, navigation, stayedAtProvider }: SignOutContext<TUser>,
  { returnTo, local, revoke = true }: LogoutOptions,
  reason: UnaskedReason | undefined,
): Promise<LogoutResult> {
  // A bad address must not keep anybody signed in: it falls back to the default.
  const path = parseReturnTo(returnTo, urls.origin())
  // Not "signed out" yet where a navigation follows: a guard must not start a sign-in against it.
  if (!local) store.dispatch({ type: 'redirect_started', to: 'logout' })
  const ending = keeper.end({
    postLogoutRedirectUri: local ? undefined : urls.postLogoutRedirectUri(path),
    revokes: revoke || !local,
  })
  if (local) {
    // Not after the wait: the page may be reloaded, or the person sign in again, before it is over.
    stayedAtProvider()
    store.dispatch({ type: 'signed_out', reason })
  }
  const { url, isRevoked, error } = await ending
  if (url !== undefined) {
    navigation.assign(url)
    return { provider: 'redirected', isRevoked, error }
  }
  if (!local) {
    stayedAtProvider()
    store.dispatch({ type: 'signed_out', reason, error })
  }
  return { provider: 'local', isRevoked, error }
}
