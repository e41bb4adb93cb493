'use client'
import { type AuthClient, type AuthClientOptions, createAuthClient, type User } from '@latchkey/core'
import { type ReactElement, type ReactNode, useEffect, useMemo, useState } from 'react'
import { type AuthSource, createAuthSource } from './auth.ts'
import { AuthContext } from './context.ts'

/** A client made elsewhere (so that code outside React uses the same), or the options to make one. */
export type AuthProviderProps<TUser = User> = { readonly children?: ReactNode } & (
  | { readonly client: AuthClient<TUser> }
  | (AuthClientOptions & { readonly client?: undefined })
)

/**
 * Gives every component below it the session, and keeps the client watching the page while it is mounted.
 * It never renders its children again by itself.
 *
 * Pass a `client` made at module level, or its options: a new client is made when one of them changes its value.
 *
 * @throws {ConfigurationError} `invalid_option`, naming the option and the fix
 *
 * @example
 * ```tsx
 * import { createAuthClient } from '@latchkey/core'
 * import { AuthProvider } from '@latchkey/react'
 *
 * const auth = createAuthClient({ issuer: 'https://id.example.com', clientId: 'my-app', redirectUri: '/callback' })
 *
 * export const Root = () => <AuthProvider client={auth}>the app</AuthProvider>
 * ```
 */
export function AuthProvider<TUser = User>({
  children,
  client,
  ...options
}: AuthProviderProps<TUser>): ReactElement {
  return client !== undefined ? (
    <ClientProvider client={client}>{children}</ClientProvider>
  ) : (
    <OptionsProvider options={options as AuthClientOptions}>{children}</OptionsProvider>
  )
}

function ClientProvider<TUser>({
  client,
  children,
}: {
  client: AuthClient<TUser>
  children: ReactNode
}): ReactElement {
  const source = useMemo(() => createAuthSource(client), [client])
  useEffect(() => client.start(), [client])
  return (
    <AuthContext.Provider value={source as unknown as AuthSource<never>}>{children}</AuthContext.Provider>
  )
}

/** Options are usually a literal, new at every render: their values decide. */
function OptionsProvider({
  options,
  children,
}: {
  options: AuthClientOptions
  children: ReactNode
}): ReactElement {
  const key = keyOf(options)
  const [held, hold] = useState(() => ({ key, client: createAuthClient(options) }))
  if (held.key !== key) hold({ key, client: createAuthClient(options) })
  return <ClientProvider client={held.client}>{children}</ClientProvider>
}

/** What JSON cannot hold is no valid option: `createAuthClient` says which one. */
function keyOf({ platform, ...values }: AuthClientOptions): string | undefined {
  try {
    return JSON.stringify(values)
  } catch {
    return undefined
  }
}
