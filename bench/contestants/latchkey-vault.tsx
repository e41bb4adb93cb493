import { createAuthClient } from '@latchkey/core'
import type { Contestant } from '../app/contestant.ts'
import { hooks, Latchkey, tokenCallsOf } from './latchkey.tsx'

const { issuer, clientId } = window.bench

/** The same with a vault, as the README of `@latchkey/core` makes it. */
const auth = createAuthClient({
  issuer,
  clientId,
  redirectUri: '/callback',
  silentRedirectUri: '/silent-callback.html',
  scope: 'openid profile email',
  vault: {
    worker: () =>
      new SharedWorker(new URL('./auth-vault.ts', import.meta.url), {
        type: 'module',
        name: 'auth-vault',
        extendedLifetime: true,
      } as WorkerOptions),
  },
})

const calls = tokenCallsOf(auth)

export const contestant: Contestant = {
  ...hooks,
  Provider: ({ children }) => <Latchkey client={auth}>{children}</Latchkey>,
  useTokenCalls: () => calls,
}
