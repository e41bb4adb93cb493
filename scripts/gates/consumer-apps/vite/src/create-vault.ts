export const createVault = () =>
  new SharedWorker(new URL('./auth-vault.ts', import.meta.url), {
    type: 'module',
    name: 'auth-vault',
    extendedLifetime: true, // not in TypeScript's DOM types yet
  } as WorkerOptions)
