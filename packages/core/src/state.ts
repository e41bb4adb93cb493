import type { AnyAuthError } from './errors.ts'

/** Nothing is decided yet. On a server the state is always this one. */
export interface LoadingState {
  readonly status: 'loading'
  readonly reason: LoadingReason
  readonly user?: undefined
  readonly error?: undefined
}

/** Nobody is signed in. */
export interface UnauthenticatedState {
  readonly status: 'unauthenticated'
  readonly reason: UnauthenticatedReason
  readonly user?: undefined
  /** What went wrong, where something did. A sign-out has one only where the provider could not be told of it. */
  readonly error?: AnyAuthError
}

/** The session is believed alive. Whether an access token is at hand is asked with `getAccessToken()`. */
export interface AuthenticatedState<TUser> {
  readonly status: 'authenticated'
  readonly reason: AuthenticatedReason
  readonly user: TUser
  readonly error?: undefined
}

/** The page is being left for the provider. */
export interface RedirectingState {
  readonly status: 'redirecting'
  readonly reason: 'requested'
  readonly to: 'login' | 'logout'
  readonly user?: undefined
  readonly error?: undefined
}

/**
 * `starting`: not looked yet. `callback`: an authorization response is being turned into a session. `restoring`: there
 * was a session in this browser, and it is looked for.
 */
export type LoadingReason = 'starting' | 'callback' | 'restoring'
/**
 * How the present session came to be. `restored`: it began on another page, and was found. `signed_in_elsewhere`: in
 * another tab, while this page was open. `redirect_cancelled`: it was there before a navigation that did not happen.
 * `suspended`: it is over, and the page waits for the same person to sign in again (option `onSessionLost`).
 */
export type AuthenticatedReason =
  | 'signed_in'
  | 'restored'
  | 'signed_in_elsewhere'
  | 'user_changed'
  | 'redirect_cancelled'
  | 'suspended'
/**
 * Why nobody is signed in. `restore_failed`: there may be a session, but it could not be asked for; it will be once the
 * network is back. `restore_timeout`: looking for it takes long, and may still end well. `session_ended`: the provider no
 * longer accepts it. `session_lost`: the vault that kept it is gone, and no other tab had it. `idle_timeout`,
 * `session_limit`: its time was up, by options `idleTimeoutSeconds` and `sessionLimitSeconds`.
 */
export type UnauthenticatedReason =
  | 'no_session'
  | 'signed_out'
  | 'signed_out_elsewhere'
  | 'restore_failed'
  | 'restore_timeout'
  | 'sign_in_failed'
  | 'session_ended'
  | 'session_lost'
  | 'session_expired'
  | 'idle_timeout'
  | 'session_limit'
  | 'subject_changed'
  | 'redirect_cancelled'

/** The session as one value: narrow on `status`. */
export type AuthState<TUser> =
  | LoadingState
  | UnauthenticatedState
  | AuthenticatedState<TUser>
  | RedirectingState

/** What can happen to a session. */
export type AuthEvent<TUser> =
  | { readonly type: 'callback_started' }
  | { readonly type: 'nothing_found'; readonly reason: 'no_session' | 'signed_out' }
  | { readonly type: 'restore_started' }
  | { readonly type: 'restore_failed'; readonly error: AnyAuthError }
  | { readonly type: 'restore_timed_out' }
  | {
      readonly type: 'signed_in'
      readonly user: TUser
      /** Where it was found, if it did not begin on this page. */
      readonly found?: 'restored' | 'signed_in_elsewhere'
    }
  | { readonly type: 'user_changed'; readonly user: TUser }
  | { readonly type: 'sign_in_failed'; readonly error: AnyAuthError }
  /** There is, or could be, a session of somebody whom the app cannot be shown. */
  | { readonly type: 'user_rejected'; readonly error: AnyAuthError }
  | {
      readonly type: 'session_ended'
      readonly reason:
        | 'session_ended'
        | 'session_lost'
        | 'session_expired'
        | 'subject_changed'
        | 'signed_out_elsewhere'
        | 'idle_timeout'
        | 'session_limit'
        | 'restore_failed'
      /** What made it end. A sign-out has none. */
      readonly error?: AnyAuthError | undefined
    }
  /** It is over, and yet to be shown as before. */
  | { readonly type: 'session_suspended' }
  | { readonly type: 'redirect_started'; readonly to: 'login' | 'logout' }
  | {
      readonly type: 'redirect_cancelled'
      readonly session: { readonly user: TUser } | undefined
      /** Whose session, though it is over, the page is to be shown with. */
      readonly held?: { readonly user: TUser } | undefined
      /** Why the app cannot be shown whose session there is. */
      readonly error?: AnyAuthError
    }
  | {
      readonly type: 'signed_out'
      /** Default: that somebody wanted to. */
      readonly reason?: 'idle_timeout' | 'session_limit' | 'session_ended' | 'subject_changed' | undefined
      readonly error?: AnyAuthError | undefined
    }

/** The state before anything was looked at, and the only one a server ever renders. */
export const startingState: LoadingState = { status: 'loading', reason: 'starting' }

/**
 * The only way the state changes. Returns the same object where nothing changed, so that nothing renders.
 *
 * What cannot happen is ignored: news of a session that comes while the page is being left for a
 * sign-out must not bring the session back.
 */
export function transition<TUser>(state: AuthState<TUser>, event: AuthEvent<TUser>): AuthState<TUser> {
  const next = follow(state, event)
  return isSame(state, next) && state.error === next.error ? state : Object.freeze(next)
}

function follow<TUser>(state: AuthState<TUser>, event: AuthEvent<TUser>): AuthState<TUser> {
  switch (event.type) {
    case 'callback_started':
      return state.status === 'authenticated' ? state : { status: 'loading', reason: 'callback' }
    case 'nothing_found':
      if (state.status !== 'loading' && !isSought(state)) return state
      return { status: 'unauthenticated', reason: event.reason }
    case 'restore_started':
      if (state.status === 'authenticated' || state.status === 'redirecting') return state
      // Tried again, whenever the page comes back to life: nobody's page is to blink for it.
      return isSought(state) ? state : { status: 'loading', reason: 'restoring' }
    case 'restore_failed':
      if (state.status !== 'loading' && !isSought(state)) return state
      return { status: 'unauthenticated', reason: 'restore_failed', error: event.error }
    case 'restore_timed_out':
      return state.reason === 'restoring' ? { status: 'unauthenticated', reason: 'restore_timeout' } : state
    case 'signed_in':
      if (state.status === 'redirecting') return state
      // The same person, found again: nothing that anybody sees has changed.
      if (event.found && isAlive(state) && isSame(state.user, event.user)) return state
      // What was looked for here, another tab may hand over by itself.
      return {
        status: 'authenticated',
        reason: event.found && isSought(state) ? 'restored' : (event.found ?? 'signed_in'),
        user: event.user,
      }
    case 'user_changed':
      if (state.status !== 'authenticated' || isSame(state.user, event.user)) return state
      return { status: 'authenticated', reason: 'user_changed', user: event.user }
    case 'sign_in_failed':
      // A sign-in that fails beside a living session (a step-up, say) takes nothing away.
      if (state.status === 'authenticated' || state.status === 'redirecting') return state
      return { status: 'unauthenticated', reason: 'sign_in_failed', error: event.error }
    case 'user_rejected':
      if (state.status === 'redirecting' && state.to === 'logout') return state
      return { status: 'unauthenticated', reason: 'sign_in_failed', error: event.error }
    case 'session_ended':
      if (state.status !== 'authenticated') return state
      return { status: 'unauthenticated', reason: event.reason, ...(event.error && { error: event.error }) }
    case 'session_suspended':
      return state.status === 'authenticated' ? { ...state, reason: 'suspended' } : state
    case 'redirect_started':
      return { status: 'redirecting', reason: 'requested', to: event.to }
    case 'redirect_cancelled':
      if (state.status !== 'redirecting') return state
      if (event.session)
        return { status: 'authenticated', reason: 'redirect_cancelled', user: event.session.user }
      if (event.error) return { status: 'unauthenticated', reason: 'sign_in_failed', error: event.error }
      if (state.to === 'logout') return { status: 'unauthenticated', reason: 'signed_out' }
      return event.held
        ? { status: 'authenticated', reason: 'suspended', user: event.held.user }
        : { status: 'unauthenticated', reason: 'redirect_cancelled' }
    case 'signed_out':
      return {
        status: 'unauthenticated',
        reason: event.reason ?? 'signed_out',
        ...(event.error && { error: event.error }),
      }
  }
}

/** Whether somebody is signed in whose session is not known to be over. */
function isAlive({ status, reason }: AuthState<unknown>): boolean {
  return status === 'authenticated' && reason !== 'suspended'
}

/** Whether a session that began elsewhere is looked for, or will be again. */
export function isSought({ reason }: AuthState<unknown>): boolean {
  return reason === 'restoring' || reason === 'restore_timeout' || reason === 'restore_failed'
}

/** Why nobody is given a token though there is, or may be, a session: it is not signing in that helps. */
export function errorInTheWay({ reason, error }: AuthState<unknown>): AnyAuthError | undefined {
  return reason === 'restore_failed' || error?.code === 'claims_rejected' ? error : undefined
}

/** A provider lists claims in one order. A false "changed" costs a render, nothing more. */
function isSame(left: unknown, right: unknown): boolean {
  return textOf(left) === textOf(right)
}

/**
 * Claims as text, or what option `claims` has made of them, which tells them from others. What JSON knows nothing of
 * counts by what is in it.
 */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Set || part instanceof Map) return [...part]
    return typeof part === 'bigint' ? `${part}` : part
  })
}
