import type { ApiRequest } from './api/api-request.ts'
import type { AccessTokenRequest, KeeperChange } from './keeper/keeper.ts'
import type { SignOutElsewhereContext } from './sign-out-elsewhere.ts'
import type { AuthEvent, AuthState } from './state.ts'
import type { Store } from './store.ts'

/** What gives access tokens out, and sends requests where no token may enter the page. */
export interface TokenSource {
  getAccessToken(request?: AccessTokenRequest): Promise<string>
  /** See `Keeper.send`. */
  send?(sent: ApiRequest): Promise<Response | undefined>
}

/** What holding on to a session works with. */
export interface SessionHoldContext extends SignOutElsewhereContext {
  readonly store: Store<AuthState<unknown>, AuthEvent<unknown>>
  readonly tokens: TokenSource
  /** Tells whoever the app shows from everybody else: by `sub` and option `identifiedBy`. Undefined: they have no name. */
  subject(): string | undefined
  /** Keeps whoever has signed out in another tab from being signed straight back in here. */
  rememberSignOut(): void
}

/** A page that stays as it is though its session is over, and callers who wait for the next one. */
export interface SessionHold extends Required<TokenSource> {
  /** @returns whether the session, which is over, is held on to: the state says so then */
  takes(change: KeeperChange & { readonly type: 'ended' }): boolean
  /** Whose session is held on to, also while the page is being left; undefined: nobody's. */
  held(): { readonly user: unknown } | undefined
}

/** What is to become of the page where its session ends. Comes from `@latchkey/core/popup`: see `holdSession` there. */
export type OnSessionLost = (context: SessionHoldContext) => SessionHold
