'use client'
import type { AuthClient, User } from '@latchkey/core'
import { createContext, type ReactElement, type ReactNode } from 'react'
import type { Auth, AuthSource } from './auth.ts'
import { type AuthProviderProps, type ClientProviderProps, createAuthProvider } from './auth-provider.tsx'
import { type CallbackProps, createCallback } from './callback.tsx'
import { createRequireAuth, type RequireAuthOf } from './require-auth.tsx'
import { createSignedIn, createSignedOut, type SignedInProps, type SignedOutProps } from './signed-in.tsx'
import { createUseAccessToken } from './use-access-token.ts'
import { createUseAuth, type UseAuth } from './use-auth.ts'
import { createUseAuthClient } from './use-auth-client.ts'
import { createUseAuthFetch } from './use-auth-fetch.ts'
import { createUseSessionCountdown, type SessionCountdownOptions } from './use-session-countdown.ts'
import { createUseSuspenseAuth } from './use-suspense-auth.ts'
import { createUseUser, type UseUser } from './use-user.ts'
import { createWithAuth, type WithAuth } from './with-auth.tsx'

/**
 * The components and hooks of one context: what the package exports, for sessions of a `TUser`.
 *
 * @typeParam TProviderProps What `<AuthProvider>` takes: a client or its options, unless the context was made for one.
 */
export interface BoundAuth<TUser, TProviderProps = AuthProviderProps<TUser>> {
  AuthProvider(props: TProviderProps): ReactElement
  Callback(props: CallbackProps): ReactNode
  readonly RequireAuth: RequireAuthOf<TUser>
  SignedIn(props: SignedInProps): ReactNode
  SignedOut(props: SignedOutProps): ReactNode
  readonly withAuth: WithAuth<TUser>
  readonly useAuth: UseAuth<TUser>
  readonly useUser: UseUser<TUser>
  useAccessToken(): AuthClient<TUser>['getAccessToken']
  useAuthFetch(): AuthClient<TUser>['fetch']
  useSuspenseAuth(): Auth<TUser>
  useSessionCountdown(options?: SessionCountdownOptions): number | undefined
  useAuthClient(): AuthClient<TUser>
}

/**
 * The components and hooks of this package, bound to a context of their own: for a user of your own type, and for
 * several clients on one page, where the nearest `<AuthProvider>` is not always the one that is meant. Call it once, at
 * module level.
 *
 * @param client Says by its option `claims` what `user` is, and is what `<AuthProvider>` provides where it is given no
 *   other. Without one, say it by the type parameter.
 * @typeParam TUser What `user` is: what option `claims` makes of the person, or undefined without OpenID Connect.
 *
 * @example
 * ```tsx
 * import { createAuthClient } from '@latchkey/core'
 * import { createAuthContext } from '@latchkey/react'
 * import { z } from 'zod'
 *
 * const auth = createAuthClient({
 *   issuer: 'https://id.example.com',
 *   clientId: 'my-app',
 *   redirectUri: '/callback',
 *   claims: z.object({ sub: z.string(), roles: z.array(z.enum(['reader', 'editor'])) }),
 * })
 *
 * export const { AuthProvider, Callback, RequireAuth, useAuth, useUser } = createAuthContext(auth)
 *
 * export const App = () => (
 *   <AuthProvider>
 *     <RequireAuth roles={['editor']}>the editor</RequireAuth>
 *   </AuthProvider>
 * )
 * ```
 *
 * @example
 * ```tsx
 * import { createAuthContext } from '@latchkey/react'
 *
 * interface Member {
 *   readonly sub: string
 *   readonly name: string
 *   readonly roles: readonly ('reader' | 'editor')[]
 * }
 *
 * export const { AuthProvider, Callback, RequireAuth, useAuth, useUser } = createAuthContext<Member>()
 *
 * export const Editor = () => (
 *   <RequireAuth when={({ roles }) => roles.includes('editor')}>
 *     <h1>Hello</h1>
 *   </RequireAuth>
 * )
 * ```
 */
export function createAuthContext<TUser extends { readonly sub: string } | undefined>(
  client: AuthClient<TUser>,
): BoundAuth<TUser, ClientProviderProps<TUser>>
export function createAuthContext<
  TUser extends { readonly sub: string } | undefined = User,
>(): BoundAuth<TUser>
export function createAuthContext<TUser>(
  client?: AuthClient<TUser>,
): BoundAuth<TUser, AuthProviderProps<TUser> | ClientProviderProps<TUser>> {
  const context = createContext<AuthSource<TUser> | undefined>(undefined)
  return {
    AuthProvider: createAuthProvider(context, client),
    Callback: createCallback(context),
    RequireAuth: createRequireAuth(context),
    SignedIn: createSignedIn(context),
    SignedOut: createSignedOut(context),
    withAuth: createWithAuth(context),
    useAuth: createUseAuth(context),
    useUser: createUseUser(context),
    useAccessToken: createUseAccessToken(context),
    useAuthFetch: createUseAuthFetch(context),
    useSuspenseAuth: createUseSuspenseAuth(context),
    useSessionCountdown: createUseSessionCountdown(context),
    useAuthClient: createUseAuthClient(context),
  }
}
