'use client'
import type { AuthClient } from '@latchkey/core'
import { useDebugValue } from 'react'
import { type AuthContext, defaultContext, useAuthSource } from './auth-context.ts'
import { statusOf } from './status-of.ts'

/** Makes {@link useAccessToken} for one context. */
export function createUseAccessToken<TUser>(
  context: AuthContext<TUser>,
): () => AuthClient<TUser>['getAccessToken'] {
  return function useAccessToken() {
    const { client } = useAuthSource(context, 'useAccessToken()')
    useDebugValue(client, statusOf)
    return client.getAccessToken
  }
}

/**
 * The function that gives an access token which is good now: call it where you send the request. A token is never a
 * value in React, so a refresh renders nothing. The same function for as long as the client lives; never renders by itself.
 *
 * @throws {ConfigurationError} `missing_provider`: there is no `<AuthProvider>` above
 *
 * @example
 * ```tsx
 * import { useAccessToken } from '@latchkey/react'
 * import { useEffect } from 'react'
 *
 * export function LiveOrders() {
 *   const getAccessToken = useAccessToken()
 *   useEffect(() => {
 *     const socket = new WebSocket('wss://api.example.com/orders')
 *     socket.onopen = async () => socket.send(await getAccessToken())
 *     return () => socket.close()
 *   }, [getAccessToken])
 *   return null
 * }
 * ```
 */
export const useAccessToken: () => AuthClient['getAccessToken'] =
  /* @__PURE__ */ createUseAccessToken(defaultContext)
