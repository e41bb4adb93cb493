/**
 * The whole of the app's worker file: `import '@latchkey/core/vault'`. Keeps the sessions of this origin's pages, for
 * as long as the browser keeps the worker.
 *
 * @packageDocumentation
 */
import { createWorkerPlatform, onPageConnected } from '../platform/worker.ts'
import { createVaultServer } from './serve.ts'

onPageConnected(createVaultServer(createWorkerPlatform))
