import { vaultAddress } from './trusted-types.ts'

/**
 * This app's pages enforce Trusted Types, so the worker's address goes through a policy. Without them it is
 * `new SharedWorker(new URL('./auth-vault.ts', import.meta.url), options)`.
 */
export function createVault(): SharedWorker {
  return new SharedWorker(vaultAddress(), {
    type: 'module',
    name: 'latchkey-demo',
    // Chromium: it outlives a reload of the only tab, and the session with it.
    extendedLifetime: true,
  } as WorkerOptions)
}
