import type { HostPort } from '../src/host/serve-client.ts'
import { composeHostedClient } from '../src/hosted/hosted-client.ts'
import type { HostedOptions, HostWorker } from '../src/hosted/hosted-options.ts'
import type { AuthClient, Platform } from '../src/index.ts'
import type { VaultWorker } from '../src/options/client-options.ts'
import { createFakeBrowser, type FakeBrowser } from './fake-browser.ts'
import { createFakePlatform, type FakePlatform } from './fake-platform.ts'
import { createFakeProvider, type FakeProvider } from './fake-provider.ts'
import { hostedPageOf } from './hosted-page.ts'
import { createHostedWorker } from './hosted-worker.ts'
import { inTime } from './in-time.ts'

/** A page whose client is hosted. */
export interface HostedTab {
  readonly auth: AuthClient
  readonly platform: FakePlatform
  /** Starts the client, until the page is gone. */
  start(): void
  /** Another tab has changed what they share. */
  noticeStored(key: string): void
  /** The page is gone, without a word: its port is closed. */
  close(): void
}

/** An app whose clients are hosted, in one browser that has one time. */
export interface HostedApp {
  readonly provider: FakeProvider
  readonly browser: FakeBrowser
  open(page?: { href?: string; stored?: Map<string, string>; options?: Partial<HostedOptions> }): HostedTab
  /** Signs in, and starts the page that the person comes back to. */
  signIn(options?: Partial<HostedOptions>): Promise<HostedTab>
  /** Lets time pass until it is settled. */
  settled<T>(asked: Promise<T>): Promise<T>
  advance(ms: number): Promise<void>
  /** The worker stops where it is, without a word. The next page gets another one. */
  crash(): void
  workerCount(): number
  /** What a page makes its workers with. */
  readonly workers: Pick<HostedOptions, 'worker' | 'fallback'>
  /** The pages' ends of what connects them with the shared worker, in order. */
  readonly pagePorts: readonly MessagePort[]
  /** Everything that travelled between pages and worker, either way. */
  readonly messages: unknown[]
  /** Closes every port. */
  close(): void
}

/** Makes a {@link HostedApp}, with nobody signed in. `send`: what APIs answer. */
export async function createHostedApp(send?: Platform['send']): Promise<HostedApp> {
  const provider = await createFakeProvider('https://id.example.com')
  const browser = createFakeBrowser()
  const time = createFakePlatform()
  const ports: MessagePort[] = []
  const pagePorts: MessagePort[] = []
  const messages: unknown[] = []
  let serve: ((port: HostPort) => void) | undefined
  let isAlive = { value: true }
  let count = 0

  function startWorker(): (port: HostPort) => void {
    count += 1
    const alive = { value: true }
    isAlive = alive
    const platform = createFakePlatform({ browser, fetch: provider.fetch, ...(send && { send }) })
    return createHostedWorker({
      ...platform,
      openChannel: (name, hear) => browser.openChannel(name, (message) => alive.value && hear(message)),
      clock: {
        now: time.clock.now,
        setTimer: (delayMs, call) => time.clock.setTimer(delayMs, () => alive.value && call()),
      },
    }).serve
  }

  function createWorker(): VaultWorker {
    serve ??= startWorker()
    const alive = isAlive
    const { port1, port2 } = new MessageChannel()
    ports.push(port1, port2)
    pagePorts.push(port1)
    for (const port of [port1, port2]) {
      const post = port.postMessage.bind(port) as (message: unknown, transfer?: Transferable[]) => void
      port.postMessage = (message: unknown, transfer?: unknown) => {
        if (!alive.value) return
        messages.push(message)
        post(message, (transfer as Transferable[] | undefined) ?? [])
      }
    }
    port2.addEventListener('message', (event) => {
      if (!alive.value) event.stopImmediatePropagation()
    })
    serve(port2)
    return { port: port1, addEventListener: () => undefined }
  }

  /** A worker of one page, whose own port is what it is reached by. */
  function createOwnWorker(): HostWorker {
    const { port1, port2 } = new MessageChannel()
    ports.push(port1, port2)
    startWorker()(port2)
    return {
      postMessage: (message, transfer) => port1.postMessage(message, transfer),
      addEventListener: () => undefined,
      terminate: () => port1.close(),
      get onmessage() {
        return port1.onmessage
      },
      set onmessage(listener) {
        port1.onmessage = listener as MessagePort['onmessage']
      },
    }
  }

  const app: HostedApp = {
    provider,
    browser,
    open({ href = 'https://example.com/', stored = new Map(), options } = {}) {
      const { advance, setWallClock, timerCount, clock } = time
      const made = createFakePlatform({ fetch: provider.fetch, browser, href, stored })
      const platform = { ...made, clock, advance, setWallClock, timerCount }
      const listeners = new Set<(key: string, value: string | undefined) => void>()
      const auth = composeHostedClient<never>(
        {
          issuer: provider.issuer,
          clientId: 'app',
          redirectUri: '/callback',
          worker: createWorker,
          fallback: createOwnWorker,
          ...options,
        } as HostedOptions,
        hostedPageOf(platform, listeners),
      ) as unknown as AuthClient
      const stops: (() => void)[] = []
      return {
        auth,
        platform,
        start: () => void stops.push(auth.start()),
        noticeStored(key) {
          for (const listener of listeners) listener(key, platform.shared.get(key))
        },
        close() {
          for (const stop of stops.splice(0)) stop()
        },
      }
    },
    async signIn(options) {
      const given = options && { options }
      const left = app.open(given)
      await app.settled(left.auth.login({ returnTo: '/orders' }))
      const href = provider.signIn(left.platform.visited.at(-1) ?? '')
      const back = app.open({ ...given, href, stored: left.platform.stored })
      back.start()
      await app.settled(back.auth.handleCallback())
      return back
    },
    settled: (asked) => inTime(time, asked),
    advance: time.advance,
    crash() {
      isAlive.value = false
      serve = undefined
    },
    workerCount: () => count,
    workers: { worker: createWorker, fallback: createOwnWorker },
    pagePorts,
    messages,
    close() {
      for (const port of ports) port.close()
    },
  }
  return app
}
