'use client'
import type { AuthClient, User } from '@latchkey/core'
import { useDebugValue } from 'react'
import { type AuthContext, defaultContext, useAuthSource } from './auth-context.ts'
import { statusOf } from './status-of.ts'

/** Makes {@link useAuthClient} for one context. */
export function createUseAuthClient<TUser>(context: AuthContext<TUser>): () => AuthClient<TUser> {
  return function useAuthClient() {
    const { client } = useAuthSource(context, 'useAuthClient()')
    useDebugValue(client, statusOf)
    return client
  }
}

/**
 * The client that `<AuthProvider>` was given, for what `useAuth()` does not offer: `on`, `handleCallback`.
 * Never renders by itself.
 *
 * @throws {ConfigurationError} `missing_provider`: there is no `<AuthProvider>` above
 */
export const useAuthClient: <TUser = User>() => AuthClient<TUser> =
  /* @__PURE__ */ createUseAuthClient(defaultContext)
