import type { Platform } from '../platform/ports.ts'
import type { WorkerSurroundings } from '../platform/worker.ts'
import { servePage } from './page-port.ts'
import { createServedInstances } from './served-instances.ts'

/**
 * Serves pages.
 *
 * @returns serves one port, until what that returns is called; call it for every page that connects
 */
export function createVaultServer(
  createPlatform: (surroundings: WorkerSurroundings) => Platform,
): (port: MessagePort) => () => void {
  const instanceFor = createServedInstances(createPlatform)
  return (port) => servePage(port, instanceFor)
}
