'use client'
import type { AuthClient } from '@latchkey/core'
import { useDebugValue } from 'react'
import { type AuthContext, defaultContext, useAuthSource } from './auth-context.ts'
import { statusOf } from './status-of.ts'

/** Makes {@link useAuthFetch} for one context. */
export function createUseAuthFetch<TUser>(context: AuthContext<TUser>): () => AuthClient<TUser>['fetch'] {
  return function useAuthFetch() {
    const { client } = useAuthSource(context, 'useAuthFetch()')
    useDebugValue(client, statusOf)
    return client.fetch
  }
}

/**
 * `auth.fetch`: `fetch` with the access token, to the APIs of option `apis` and to no other address. The same function
 * for as long as the client lives; never renders by itself.
 *
 * @throws {ConfigurationError} `missing_provider`: there is no `<AuthProvider>` above
 *
 * @example
 * ```tsx
 * import { useAuthFetch } from '@latchkey/react'
 *
 * export function Order({ id }: { id: string }) {
 *   const authFetch = useAuthFetch()
 *   const cancel = () => authFetch(`https://api.example.com/orders/${id}`, { method: 'DELETE' })
 *   return <button onClick={cancel}>Cancel the order</button>
 * }
 * ```
 */
export const useAuthFetch: () => AuthClient['fetch'] = /* @__PURE__ */ createUseAuthFetch(defaultContext)
