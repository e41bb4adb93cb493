'use client'
import { ConfigurationError } from '@latchkey/core'
import { type Context, createContext, useContext } from 'react'
import type { AuthSource } from './auth.ts'

/** Where an `<AuthProvider>` puts its client. The value is as stable as the client itself. */
export type AuthContext<TUser> = Context<AuthSource<TUser> | undefined>

/** The context of the hooks and components that the package exports by themselves. */
export const defaultContext: AuthContext<never> = /* @__PURE__ */ createContext<
  AuthSource<never> | undefined
>(undefined)

/**
 * The client of the nearest `<AuthProvider>` of this context.
 *
 * @param who The hook or component that asks, for the error.
 * @throws {ConfigurationError} `missing_provider`
 */
export function useAuthSource<TUser>(context: AuthContext<TUser>, who: string): AuthSource<TUser> {
  const source = useContext(context)
  if (source) return source
  throw new ConfigurationError(
    'missing_provider',
    `${who} was used outside <AuthProvider>. Wrap the app in <AuthProvider client={auth}>; ` +
      'if it is wrapped, look for an <AuthProvider> of another createAuthContext(), ' +
      'and for a second copy of @latchkey/react in the bundle.',
  )
}
