import { createAuthClient } from '@latchkey/core'
import { createVault } from './create-vault.ts'

const issuer = document.querySelector<HTMLMetaElement>('meta[name=issuer]')?.content ?? ''
const isVaulted = localStorage.getItem('keeper') === 'vault'

export const auth = createAuthClient({
  issuer,
  clientId: 'latchkey-demo',
  redirectUri: '/callback',
  silentRedirectUri: '/silent-callback.html',
  ...(isVaulted && { vault: { worker: createVault } }),
})
