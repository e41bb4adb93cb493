import { createAuthClient } from '@latchkey/core'
import type { Contestant } from '../app/contestant.ts'
import { hooks, Latchkey, tokenCallsOf } from './latchkey.tsx'

const { issuer, clientId } = window.bench

/** The defaults, and a page for the hidden frame: the provider is on the app's own site. */
const auth = createAuthClient({
  issuer,
  clientId,
  redirectUri: '/callback',
  silentRedirectUri: '/silent-callback.html',
  scope: 'openid profile email',
})

const calls = tokenCallsOf(auth)

export const contestant: Contestant = {
  ...hooks,
  Provider: ({ children }) => <Latchkey client={auth}>{children}</Latchkey>,
  useTokenCalls: () => calls,
}
