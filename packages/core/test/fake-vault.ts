import { createVaultKeeper } from '../src/keeper/vault.ts'
import type { VaultWorker } from '../src/options/client-options.ts'
import { createMemoryStore } from '../src/platform/memory-store.ts'
import type { Platform } from '../src/platform/ports.ts'
import { createVaultServer } from '../src/vault/serve.ts'
import type { FakeBrowser } from './fake-browser.ts'
import { createFakePlatform } from './fake-platform.ts'
import { createKeeperBrowser, type KeeperBrowser, type KeeperKind } from './keeper-pages.ts'

/** A browser's SharedWorkers of one file: a real vault behind real ports. */
export interface FakeVault {
  /** What the app's `vault.worker` does: the worker that is there, or a new one. */
  createWorker(): VaultWorker
  /** A port to the worker, as any page of this origin can get one. */
  connect(): MessagePort
  /** The worker stops where it is, without a word. The next page gets another one. */
  crash(): void
  /** The worker goes on existing, and never does anything again. */
  hang(): void
  /** Nothing more gets through on the ports that there are. */
  mute(): void
  /** A new version of the file is served: pages that are loaded from now on have a worker of their own. */
  deploy(): void
  /** How many workers there have been. */
  workerCount(): number
  /** Everything that the vault said to pages, on whatever port. */
  readonly said: unknown[]
  /** Everything that pages said to the vault on its port. */
  readonly heard: unknown[]
  close(): void
}

/** What a fake vault is made with. */
export interface FakeVaultOptions extends Pick<Platform, 'clock' | 'fetch'> {
  readonly browser: FakeBrowser
  readonly send?: Platform['send'] | undefined
}

interface Running {
  isAlive: boolean
  readonly serve: (port: MessagePort) => void
}

/** Makes a {@link FakeVault}. */
export function createFakeVault({ browser, clock, fetch, send }: FakeVaultOptions): FakeVault {
  const ports: MessagePort[] = []
  const said: unknown[] = []
  const heard: unknown[] = []
  let count = 0
  let worker: Running | undefined

  function run(): Running {
    count += 1
    const running: Running = {
      isAlive: true,
      serve: createVaultServer(({ isVisible, onWake }) => {
        const platform = createFakePlatform({ browser, fetch, ...(send && { send }) })
        return {
          ...platform,
          session: createMemoryStore(),
          shared: createMemoryStore(),
          page: { ...platform.page, isVisible, onWake },
          openChannel: (name, hear) =>
            browser.openChannel(name, (message) => running.isAlive && hear(message)),
          clock: {
            now: clock.now,
            setTimer: (delayMs, call) => clock.setTimer(delayMs, () => running.isAlive && call()),
          },
        }
      }),
    }
    return running
  }

  /** Everything that is posted here is noted, until the worker is gone. */
  function listenTo(port: MessagePort, { running }: { running: Running }): void {
    const post = port.postMessage.bind(port)
    port.postMessage = (message: unknown) => {
      if (!running.isAlive) return
      said.push(message)
      post(message)
    }
  }

  function connect(): MessagePort {
    worker ??= run()
    const running = worker
    const { port1, port2 } = new MessageChannel()
    ports.push(port1, port2)
    listenTo(port2, { running })
    port2.addEventListener('message', (event) => {
      if (!running.isAlive) return event.stopImmediatePropagation()
      heard.push(event.data)
      for (const port of event.ports) {
        ports.push(port)
        listenTo(port, { running })
      }
    })
    running.serve(port2)
    return port1
  }

  return {
    connect,
    createWorker: () => ({ port: connect(), addEventListener: () => undefined }),
    crash() {
      if (worker) worker.isAlive = false
      worker = undefined
    },
    hang() {
      worker ??= run()
      worker.isAlive = false
    },
    mute() {
      for (const port of ports.splice(0)) port.close()
    },
    deploy() {
      worker = undefined
    },
    workerCount: () => count,
    said,
    heard,
    close() {
      for (const port of ports) port.close()
    },
  }
}

/** What a browser with a vault is made with. */
export interface VaultBrowserOptions extends Partial<Pick<KeeperKind, 'createKeeper'>> {
  readonly sealed?: boolean
  readonly apis?: readonly string[]
  /** The network, as the vault sees it. */
  readonly send?: Platform['send']
  /** In place of the worker that the vault has. */
  readonly worker?: () => VaultWorker
}

/** A browser whose pages keep their session in a vault. */
export async function createVaultBrowser({
  sealed = false,
  apis = [],
  send,
  worker,
  createKeeper = createVaultKeeper,
}: VaultBrowserOptions = {}): Promise<KeeperBrowser & { readonly vault: FakeVault }> {
  let made: FakeVault | undefined
  const browser = await createKeeperBrowser(({ browser, time, provider }) => {
    const vault = createFakeVault({ browser, clock: time.clock, fetch: provider.fetch, send })
    made = vault
    return {
      options: { apis, vault: { worker: worker ?? vault.createWorker, sealed } },
      createKeeper,
      close: vault.close,
    }
  })
  return { ...browser, vault: made as FakeVault }
}
