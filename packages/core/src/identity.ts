import { checkedUser } from './checked-user.ts'
import { type AnyAuthError, isAuthError } from './errors.ts'
import type { Session } from './keeper/keeper.ts'
import type { StandardSchema } from './standard-schema.ts'
import type { AuthEvent, AuthState } from './state.ts'
import type { Store } from './store.ts'
import { subjectOf } from './subject.ts'

/** The one place in which a session becomes a person that the app is shown. */
export interface Identity<TUser> {
  /**
   * Somebody is signed in: by a sign-in on this page, or found.
   *
   * @returns why the app cannot be shown them; the state says it too
   */
  signedIn(session: Session, found?: 'restored' | 'signed_in_elsewhere'): AnyAuthError | undefined
  /**
   * A refresh, or whoever asked, may have brought another description. One that does not fit leaves the last one that
   * did.
   *
   * @returns who it is, or why the app cannot be shown them
   */
  described(session: Session): { readonly user: TUser } | { readonly error: AnyAuthError }
  /** The page was being left, and is not after all. */
  stayed(session: Session | undefined): void
}

/** Makes an {@link Identity}. */
export function createIdentity<TUser>({
  store,
  claims,
  began,
  shows,
  held,
}: {
  readonly store: Store<AuthState<TUser>, AuthEvent<TUser>>
  readonly claims: StandardSchema<unknown> | undefined
  /** Hears first that there is a session: by a sign-in on this page, or found. */
  began(session: Session, found: 'restored' | 'signed_in_elsewhere' | undefined): void
  /** Hears, before the app does, that the app can be shown who it is. */
  shows(session: Session): void
  /** Whose session is held on to, though it is over. */
  held(): { readonly user: unknown } | undefined
}): Identity<TUser> {
  /** As the app was last shown them. */
  let shown: { readonly user: TUser; readonly subject: unknown } | undefined

  function describe(session: Session): { user: TUser } | { error: AnyAuthError } {
    try {
      const user = checkedUser(session, claims) as TUser
      shown = { user, subject: subjectOf(session) }
      return { user }
    } catch (error) {
      if (isAuthError(error)) return { error }
      throw error
    }
  }

  return {
    signedIn(session, found) {
      began(session, found)
      const described = describe(session)
      if ('error' in described) {
        store.dispatch({ type: 'user_rejected', error: described.error })
        return described.error
      }
      shows(session)
      store.dispatch({ type: 'signed_in', user: described.user, ...(found && { found }) })
      return undefined
    },
    described(session) {
      const described = describe(session)
      if ('user' in described) store.dispatch({ type: 'user_changed', user: described.user })
      return described
    },
    stayed(session) {
      const described = session && describe(session)
      if (!described || 'user' in described)
        store.dispatch({
          type: 'redirect_cancelled',
          session: described,
          held: held() as { readonly user: TUser } | undefined,
        })
      else if (shown && shown.subject === subjectOf(session))
        store.dispatch({ type: 'redirect_cancelled', session: shown })
      else store.dispatch({ type: 'redirect_cancelled', session: undefined, error: described.error })
    },
  }
}
