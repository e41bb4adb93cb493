import type { VaultWorker } from '../../src/options/client-options.ts'
import { createMemoryStore } from '../../src/platform/memory-store.ts'
import type { Platform } from '../../src/platform/ports.ts'
import { createVaultServer } from '../../src/vault/serve.ts'
import { createFakePlatform } from '../fake-platform.ts'
import { createEventLoop, type EventLoop } from './event-loop.ts'
import type { OpenIdProvider } from './openid-provider.ts'
import { createPortPair, type PortPairContext } from './port-pair.ts'
import type { BrowserPorts, BrowserTab, SharedBrowser } from './shared-browser.ts'

/** The SharedWorkers of one file: at most one is there for new pages. */
export interface WorkerHost {
  /** What the app's `vault.worker` does, in this page. @throws where the browser lets the page have none */
  connect(page: BrowserTab): VaultWorker
  /** The worker stops where it is, without a word. The next page gets another one. */
  crash(): void
  /** The worker goes on existing, and never does anything again. */
  hang(): void
  /** Pages are gone: a worker dies with its last one, unless the browser lets it live. */
  pagesLeft(): void
  /** Whether a worker was ever lost, and what it held with it. */
  hasLost(): boolean
}

/** What a worker host is made with. */
export interface WorkerHostContext extends Omit<PortPairContext, 'heard'> {
  readonly browser: SharedBrowser
  readonly provider: OpenIdProvider
  readonly send: (sender: BrowserTab) => Platform['send']
  /** Whether the browser lets a worker outlive its pages (`extendedLifetime`). */
  readonly outlives: boolean
  heard(to: BrowserTab, message: unknown): void
  note(what: string): void
}

interface Running {
  readonly loop: EventLoop
  readonly ports: BrowserPorts
  readonly pages: Set<BrowserTab>
  readonly serve: (port: MessagePort) => void
}

/** Makes a {@link WorkerHost}. Workers are numbered from 1001. */
export function createWorkerHost(context: WorkerHostContext): WorkerHost {
  const { timeline, chance, browser, provider, send, outlives, note } = context
  let running: Running | undefined
  let count = 1000
  let hasLost = false

  function run(): Running {
    const loop = createEventLoop(++count, { timeline, chance, isThrottled: () => false })
    const ports = browser.open(loop)
    const platform = createFakePlatform()
    note(`worker ${loop.number} starts`)
    const serve = createVaultServer(({ isVisible, onWake }) => ({
      ...platform,
      clock: loop.clock,
      random: { bytes: chance.bytes, fraction: chance.fraction },
      fetch: provider.connect(loop),
      send: send(loop),
      session: createMemoryStore(),
      shared: createMemoryStore(),
      locks: ports.locks,
      openChannel: ports.openChannel,
      page: { ...platform.page, isVisible, onWake },
    }))
    return { loop, ports, pages: new Set(), serve }
  }

  function end(): void {
    if (!running) return
    note(`worker ${running.loop.number} is gone`)
    running.loop.end()
    running.ports.close()
    running = undefined
    hasLost = true
  }

  return {
    connect(page) {
      running ??= run()
      running.pages.add(page)
      const [near, far] = createPortPair(page, running.loop, context)
      running.serve(far)
      return { port: near, addEventListener: () => undefined }
    },
    crash: end,
    hang() {
      if (running) hasLost = true
      running?.loop.freeze()
    },
    pagesLeft() {
      const isUsed = running && [...running.pages].some(({ isAlive }) => isAlive)
      if (running && !isUsed && !outlives) end()
    },
    hasLost: () => hasLost,
  }
}
