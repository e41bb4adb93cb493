'use client'
import { type AuthClient, ConfigurationError, type User } from '@latchkey/core'
import { type Context, createContext, useContext } from 'react'
import type { AuthSource } from './auth.ts'

/** Where `<AuthProvider>` puts the client. Its value is as stable as the client itself. */
export const AuthContext: Context<AuthSource<never> | undefined> = createContext<
  AuthSource<never> | undefined
>(undefined)

/** @throws {ConfigurationError} `missing_provider` */
export function useAuthSource<TUser>(hook: string): AuthSource<TUser> {
  const source = useContext(AuthContext)
  if (source) return source as unknown as AuthSource<TUser>
  throw new ConfigurationError(
    'missing_provider',
    `${hook} was called outside <AuthProvider>. Wrap the app in <AuthProvider client={auth}>; ` +
      'if it is wrapped, look for a second copy of @latchkey/react in the bundle.',
  )
}

/**
 * The client that `<AuthProvider>` was given, for what {@link useAuth} does not offer: `on`, `handleCallback`.
 * Never renders by itself.
 *
 * @throws {ConfigurationError} `missing_provider`: there is no `<AuthProvider>` above
 */
export function useAuthClient<TUser = User>(): AuthClient<TUser> {
  return useAuthSource<TUser>('useAuthClient()').client
}
