import { createClientHost, type HostPort } from '../src/host/serve-client.ts'
import type { VaultWorker } from '../src/options/client-options.ts'
import { createMemoryStore } from '../src/platform/memory-store.ts'
import type { Platform } from '../src/platform/ports.ts'
import { createVaultServer } from '../src/vault/serve.ts'

/** A worker that hosts clients. */
export interface HostedWorker {
  serve(port: HostPort): void
  connect(): VaultWorker
}

/** A worker that hosts clients. @param surroundings its clock, its network, its locks and channels */
export function createHostedWorker(surroundings: Platform): HostedWorker {
  const createPorts = (): Platform => ({
    ...surroundings,
    session: createMemoryStore(),
    shared: createMemoryStore(),
  })
  const serve = createClientHost({
    createPorts,
    serveVault: createVaultServer(({ isVisible, onWake }) => {
      const platform = createPorts()
      return { ...platform, page: { ...platform.page, isVisible, onWake } }
    }),
  })
  return {
    serve,
    connect() {
      const { port1, port2 } = new MessageChannel()
      serve(port2)
      return { port: port1, addEventListener: () => undefined }
    },
  }
}
