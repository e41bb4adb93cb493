import type { AuthClient, AuthState, User } from '@latchkey/core'

/** What can be done with a session. Every function keeps its identity for as long as the client lives. */
export type AuthActions<TUser> = Pick<
  AuthClient<TUser>,
  'login' | 'register' | 'logout' | 'getAccessToken' | 'refreshUser' | 'requireSession' | 'explain'
>

/** The booleans that people expect, derived from the status. */
type WithFlags<TState> = TState extends { status: 'authenticated' }
  ? TState & { readonly isAuthenticated: true; readonly isLoading: false }
  : TState extends { status: 'unauthenticated' }
    ? TState & { readonly isAuthenticated: false; readonly isLoading: false }
    : TState & { readonly isAuthenticated: false; readonly isLoading: true }

/**
 * The session as a component sees it: narrow on `status` (or on `isAuthenticated`). `isLoading` is true
 * while nothing is decided and while the page is being left. There is no token here: ask `getAccessToken()`.
 */
export type Auth<TUser = User> = WithFlags<AuthState<TUser>> & AuthActions<TUser>

/** A client, and what components see of it. */
export interface AuthSource<TUser> {
  readonly client: AuthClient<TUser>
  /** The same object until the state changes. */
  getAuth(): Auth<TUser>
  getServerAuth(): Auth<TUser>
}

/** Makes an {@link AuthSource}. Reads nothing yet. */
export function createAuthSource<TUser>(client: AuthClient<TUser>): AuthSource<TUser> {
  const { login, register, logout, getAccessToken, refreshUser, requireSession, explain } = client
  const actions = { login, register, logout, getAccessToken, refreshUser, requireSession, explain }
  const view = (state: AuthState<TUser>): Auth<TUser> => {
    const { status } = state
    const isAuthenticated = status === 'authenticated'
    const isLoading = status === 'loading' || status === 'redirecting'
    return { ...state, isAuthenticated, isLoading, ...actions } as Auth<TUser>
  }
  return {
    client,
    getAuth: remembering(client.getState, view),
    getServerAuth: remembering(client.getServerState, view),
  }
}

/** React asks for a snapshot at every render and compares by identity. */
function remembering<TState, TView>(get: () => TState, view: (state: TState) => TView): () => TView {
  let last: { readonly state: TState; readonly view: TView } | undefined
  return () => {
    const state = get()
    if (last?.state !== state) last = { state, view: view(state) }
    return last.view
  }
}
