import vaultUrl from './auth-vault.ts?sharedworker&url'

/** What TypeScript’s DOM library does not know yet. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string }
}

/**
 * This app's pages enforce Trusted Types, so the worker's address goes through a policy. Without them it is
 * `new SharedWorker(new URL('./auth-vault.ts', import.meta.url), options)`.
 */
export function createVault(): SharedWorker {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  const policy = trustedTypes?.createPolicy('latchkey-demo', { createScriptURL: () => vaultUrl })
  return new SharedWorker(policy?.createScriptURL(vaultUrl) ?? vaultUrl, {
    type: 'module',
    name: 'latchkey-demo',
    // Chromium: it outlives a reload of the only tab, and the session with it.
    extendedLifetime: true,
  } as WorkerOptions)
}
