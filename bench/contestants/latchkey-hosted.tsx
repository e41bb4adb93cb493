import { createHostedClient } from '@latchkey/core/hosted'
import { ClientProvider } from '@latchkey/react'
import type { Contestant } from '../app/contestant.ts'
import { hooks, Routes, tokenCallsOf } from './latchkey.tsx'

const { issuer, clientId } = window.bench

/** The whole client in the worker, as the README of `@latchkey/core` makes it. */
const auth = createHostedClient({
  issuer,
  clientId,
  redirectUri: '/callback',
  silentRedirectUri: '/silent-callback.html',
  scope: 'openid profile email',
  worker: () =>
    new SharedWorker(new URL('./auth-host.ts', import.meta.url), {
      type: 'module',
      name: 'auth-host',
      extendedLifetime: true,
    } as WorkerOptions),
  fallback: () => new Worker(new URL('./auth-host.ts', import.meta.url), { type: 'module' }),
})

const calls = tokenCallsOf(auth)

export const contestant: Contestant = {
  ...hooks,
  Provider: ({ children }) => (
    <ClientProvider client={auth}>
      <Routes>{children}</Routes>
    </ClientProvider>
  ),
  useTokenCalls: () => calls,
}
