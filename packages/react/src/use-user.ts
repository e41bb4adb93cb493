'use client'
import type { User } from '@latchkey/core'
import { useCallback, useDebugValue } from 'react'
import type { Auth } from './auth.ts'
import { type AuthContext, defaultContext, useAuthSource } from './auth-context.ts'
import { useSelected } from './use-selected.ts'

/** {@link useUser} of one context, whose sessions are of a `TUser`. */
export interface UseUser<TUser> {
  (): TUser | undefined
  <TSelected>(select: (user: TUser) => TSelected): TSelected | undefined
}

/** Makes {@link useUser} for one context. */
export function createUseUser<TUser>(context: AuthContext<TUser>): UseUser<TUser> {
  return function useUser<TSelected>(select: (user: TUser) => TSelected = itself): TSelected | undefined {
    const ofUser = useCallback(
      (auth: Auth<TUser>) => (auth.status === 'authenticated' ? select(auth.user) : undefined),
      [select],
    )
    const value = useSelected(useAuthSource(context, 'useUser()'), ofUser)
    useDebugValue(value)
    return value
  }
}

/**
 * Who is signed in; undefined while nobody is. Renders when the person or their claims change, and not when only
 * the status or its reason does.
 *
 * @param select Gives a part of the person: the component then renders only when that part changes. It is not called
 *   while nobody is signed in.
 * @throws {ConfigurationError} `missing_provider`: there is no `<AuthProvider>` above
 *
 * @example
 * ```tsx
 * import { useUser } from '@latchkey/react'
 *
 * export const Avatar = () => <img src={useUser((user) => user.picture)} alt="" />
 * ```
 */
export const useUser: {
  <TUser = User>(): TUser | undefined
  <TSelected, TUser = User>(select: (user: TUser) => TSelected): TSelected | undefined
} = /* @__PURE__ */ createUseUser(defaultContext)

function itself<TUser, TSelected>(user: TUser): TSelected {
  return user as unknown as TSelected
}
