import { createHostPorts } from './host.ts'
import { createMemoryStore } from './memory-store.ts'
import type { Platform, WakeCause } from './ports.ts'

/** What a worker cannot see by itself, because its pages see it. */
export interface WorkerSurroundings {
  isVisible(): boolean
  onWake(listener: (cause: WakeCause) => void): () => void
}

/**
 * A worker behind the ports. It has neither storage nor an address bar: what it stores is gone with it, and
 * whatever concerns the address bar is the page's business.
 */
export function createWorkerPlatform({ isVisible, onWake }: WorkerSurroundings): Platform {
  return {
    ...createHostPorts(),
    session: createMemoryStore(),
    shared: createMemoryStore(),
    navigation: {
      href: () => location.href,
      assign: noPage,
      leave: noPage,
      replace: noPage,
      isUserDriven: () => false,
    },
    page: {
      exists: () => true,
      isSecureContext: () => isSecureContext,
      isOnline: () => navigator.onLine !== false,
      isVisible,
      isPrerendering: () => false,
      isFramed: () => false,
      onWake,
      onSleep: () => () => undefined,
    },
    openFrame: noPage,
  }
}

function noPage(): never {
  throw new Error('A worker has no page.')
}

/** The end of a page in a worker that is that page's alone. */
export type OwnPort = Pick<MessagePort, 'addEventListener' | 'postMessage'>

/** Calls back with the page whose own worker this is, or with every page that connects to this SharedWorker. */
export function onAnyPageConnected(serve: (port: MessagePort | OwnPort) => void): void {
  if ('onconnect' in globalThis) onPageConnected(serve)
  else serve(globalThis as never)
}

/** Calls back with the port of every page of this origin that connects to this SharedWorker. */
export function onPageConnected(serve: (port: MessagePort) => void): void {
  addEventListener('connect', (event) => {
    const { origin, ports } = event as MessageEvent
    // Only pages of this origin can connect; browsers that say so are taken at their word.
    if (origin !== '' && origin !== location.origin) return
    for (const port of ports) serve(port)
  })
}
