import { createAuthClient } from '@latchkey/core'

/** Made on the server too, where it does nothing: who is signed in is known in the browser only. */
export const auth = createAuthClient({
  issuer: process.env.NEXT_PUBLIC_ISSUER ?? 'http://localhost:9400',
  clientId: 'latchkey-demo',
  redirectUri: '/callback',
  scope: 'openid profile email',
  vault: {
    worker: () =>
      new SharedWorker(new URL('./auth-vault.ts', import.meta.url), {
        type: 'module',
        name: 'latchkey-vault',
        extendedLifetime: true,
      } as WorkerOptions),
  },
})
