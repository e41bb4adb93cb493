export const createVault = () =>
  new SharedWorker('/auth-vault.js', {
    type: 'module',
    name: 'auth-vault',
    extendedLifetime: true, // not in TypeScript's DOM types yet
  } as WorkerOptions)
