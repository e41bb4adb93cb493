/**
 * The whole of the app's worker file where its client is hosted: `import '@latchkey/core/host'`. It is a vault too, and
 * runs the clients of this origin's pages beside it.
 *
 * @packageDocumentation
 */
import { createHostPorts } from '../platform/host.ts'
import { createWorkerPlatform, onAnyPageConnected } from '../platform/worker.ts'
import { createVaultServer } from '../vault/serve.ts'
import { createClientHost } from './serve-client.ts'

onAnyPageConnected(
  createClientHost({ createPorts: createHostPorts, serveVault: createVaultServer(createWorkerPlatform) }),
)
