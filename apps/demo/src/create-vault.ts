import vaultUrl from './auth-vault.ts?sharedworker&url'

/** What TypeScript’s DOM library does not know yet. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string }
}

/** Made once, because a policy's name is given once: a vault that was lost is created again. */
const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('latchkey-demo', {
  createScriptURL: () => vaultUrl,
})

/**
 * This app's pages enforce Trusted Types, so the worker's address goes through a policy. Without them it is
 * `new SharedWorker(new URL('./auth-vault.ts', import.meta.url), options)`.
 */
export function createVault(): SharedWorker {
  return new SharedWorker(policy?.createScriptURL(vaultUrl) ?? vaultUrl, {
    type: 'module',
    name: 'latchkey-demo',
    // Chromium: it outlives a reload of the only tab, and the session with it.
    extendedLifetime: true,
  } as WorkerOptions)
}
