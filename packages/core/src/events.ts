import type { AnyAuthError } from './errors.ts'
import { type AuthState, textOf } from './state.ts'
import { createEmitter } from './store.ts'

/** What happens to a session, by name. Nothing here holds a secret. */
export interface AuthEventMap<TUser> {
  /**
   * Another person is signed in now, or nobody is. Told once per change, before any component hears of it:
   * the moment to clear caches of data that belongs to somebody.
   */
  identity: {
    readonly previous: TUser | undefined
    readonly current: TUser | undefined
    readonly reason: string
  }
  /** The state was replaced. */
  state: { readonly state: AuthState<TUser>; readonly previous: AuthState<TUser> }
  /**
   * A new access token is there: renewed, or of the same person's sign-in in another tab or window. Nothing that a component
   * shows has changed; what `satisfies()` of the client says may have.
   */
  refreshed: { readonly accessTokenExpiresAt: number | undefined }
  /** Somebody asked for the session to go on, here: `sessionEndsAt()` has moved, in every tab. */
  extended: { readonly sessionEndsAt: number | undefined }
  /** A refresh failed, and the session goes on. `retryAt` is undefined while the browser is offline. */
  refresh_failed: { readonly error: AnyAuthError; readonly retryAt: number | undefined }
  /**
   * A sign-in or a sign-out did not go as it should, or a refresh brought claims that do not fit option `claims`: the
   * person then stays as described before.
   */
  error: { readonly error: AnyAuthError; readonly during: 'login' | 'callback' | 'logout' | 'refresh' }
}

/** Where the listeners of all events are. */
export interface EventHub<TUser> {
  on<TName extends keyof AuthEventMap<TUser>>(
    name: TName,
    listener: (event: AuthEventMap<TUser>[TName]) => void,
  ): () => void
  emit<TName extends keyof AuthEventMap<TUser>>(name: TName, event: AuthEventMap<TUser>[TName]): void
  /** Tells of a new state, and of a new identity where it brings one. */
  stateChanged(state: AuthState<TUser>, previous: AuthState<TUser>): void
}

/** Makes an {@link EventHub}. @param identifiedBy claims that make somebody another, beside `sub` */
export function createEventHub<TUser>(identifiedBy: readonly string[] = []): EventHub<TUser> {
  const events = createEmitter<[name: keyof AuthEventMap<TUser>, event: unknown]>()
  let identity: { readonly user: TUser } | undefined

  const hub: EventHub<TUser> = {
    on: (name, listener) => events.on((of, event) => of === name && listener(event as never)),
    emit: events.emit,
    stateChanged(state, previous) {
      const before = identity
      identity = identityAfter(state, before)
      if (
        (identity && identityKey(identity.user, identifiedBy)) !==
        (before && identityKey(before.user, identifiedBy))
      ) {
        hub.emit('identity', { previous: before?.user, current: identity?.user, reason: state.reason })
      }
      hub.emit('state', { state, previous })
    },
  }
  return hub
}

/** While the page loads, or is left for a sign-in, whoever was signed in still is. */
function identityAfter<TUser>(
  state: AuthState<TUser>,
  before: { readonly user: TUser } | undefined,
): { readonly user: TUser } | undefined {
  if (state.status === 'authenticated') return { user: state.user }
  const isUndecided = state.status === 'loading' || (state.status === 'redirecting' && state.to === 'login')
  return isUndecided ? before : undefined
}

/** Whose data the app shows, as a call that waits has to know. Undefined for nobody, and for who has no name. */
export function namedIdentity(user: unknown, identifiedBy: readonly string[]): string | undefined {
  const isNamed = (user as { readonly sub?: unknown } | undefined)?.sub !== undefined
  return isNamed ? identityKey(user, identifiedBy) : undefined
}

/**
 * What tells the people of an app from each other, by `sub` and option `identifiedBy`. Without OpenID Connect nobody has
 * a name: somebody is told from nobody, and that is all.
 */
export function identityKey(user: unknown, identifiedBy: readonly string[]): string {
  const claims = user as Readonly<Record<string, unknown>> | undefined
  return textOf(['sub', ...identifiedBy].map((claim) => claims?.[claim] ?? null))
}
