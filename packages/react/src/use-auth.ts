'use client'
import type { User } from '@latchkey/core'
import { useDebugValue } from 'react'
import type { Auth } from './auth.ts'
import { type AuthContext, defaultContext, useAuthSource } from './auth-context.ts'
import { useSelected } from './use-selected.ts'

/** {@link useAuth} of one context, whose sessions are of a `TUser`. */
export interface UseAuth<TUser> {
  (): Auth<TUser>
  <TSelected>(select: (auth: Auth<TUser>) => TSelected): TSelected
}

/** Makes {@link useAuth} for one context. */
export function createUseAuth<TUser>(context: AuthContext<TUser>): UseAuth<TUser> {
  return function useAuth<TSelected>(select?: (auth: Auth<TUser>) => TSelected): TSelected {
    const value = useSelected(useAuthSource(context, 'useAuth()'), select)
    useDebugValue(value)
    return value
  }
}

/**
 * The session, and what can be done with it. Renders when the session changes; a silent refresh is no change.
 *
 * @param select Gives a part of it: the component then renders only when that part changes, compared
 *   shallowly, so a fresh object or array with the same members is no change.
 * @throws {ConfigurationError} `missing_provider`: there is no `<AuthProvider>` above
 *
 * @example
 * ```tsx
 * import { useAuth } from '@latchkey/react'
 *
 * export function Greeting() {
 *   const { status, user, login } = useAuth()
 *   if (status === 'loading') return null
 *   if (status !== 'authenticated') return <button onClick={() => login()}>Sign in</button>
 *   return <p>Hello, {user.name}</p>
 * }
 * ```
 *
 * @example
 * ```tsx
 * import { useAuth } from '@latchkey/react'
 *
 * export function Name() {
 *   return <>{useAuth((auth) => auth.user?.name)}</>
 * }
 * ```
 */
export const useAuth: {
  <TUser = User>(): Auth<TUser>
  <TSelected, TUser = User>(select: (auth: Auth<TUser>) => TSelected): TSelected
} = /* @__PURE__ */ createUseAuth(defaultContext)
