'use client'
import type { AuthClient, User } from '@latchkey/core'
import { type ReactElement, type ReactNode, useMemo } from 'react'
import { createAuthSource } from './auth.ts'
import { type AuthContext, defaultContext } from './auth-context.ts'
import { useDeveloperMessages } from './use-developer-messages.ts'
import { useRunning } from './use-running.ts'

/** Provides a client to one context, and keeps it watching the page while it is mounted. */
export function ContextClient<TUser>({
  context: { Provider },
  client,
  children,
}: {
  context: AuthContext<TUser>
  client: AuthClient<TUser>
  children: ReactNode
}): ReactElement {
  useDeveloperMessages(client)
  const shown = useRunning(client)
  const source = useMemo(() => createAuthSource(shown), [shown])
  return <Provider value={source}>{children}</Provider>
}

/**
 * `<AuthProvider client={auth}>` without the code that makes a client of options: for a page that is to carry little,
 * with a client of `@latchkey/core/hosted`. Every hook and component of this package works below it.
 *
 * @example
 * ```tsx
 * import { createHostedClient } from '@latchkey/core/hosted'
 * import { ClientProvider } from '@latchkey/react'
 *
 * const auth = createHostedClient({
 *   issuer: 'https://id.example.com',
 *   clientId: 'my-app',
 *   redirectUri: '/callback',
 *   worker: () => new SharedWorker(new URL('./auth-host.ts', import.meta.url), { type: 'module' }),
 *   fallback: () => new Worker(new URL('./auth-host.ts', import.meta.url), { type: 'module' }),
 * })
 *
 * export const Root = () => <ClientProvider client={auth}>the app</ClientProvider>
 * ```
 */
export function ClientProvider<TUser = User>({
  client,
  children,
}: {
  readonly client: AuthClient<TUser>
  readonly children?: ReactNode
}): ReactElement {
  return (
    <ContextClient context={defaultContext as unknown as AuthContext<TUser>} client={client}>
      {children}
    </ContextClient>
  )
}
