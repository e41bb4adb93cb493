import '../loaded-engine.ts'
import '../../src/keeper/sealed-fetch.ts'
import { createChance } from './chance.ts'
import { type ClientInvariants, createClientInvariants } from './client-invariants.ts'
import type { ClientWorldOptions } from './client-world-options.ts'
import { createFrontChannel, type FrontChannel } from './front-channel.ts'
import { createNetwork } from './network.ts'
import { createOpenIdProvider } from './openid-provider.ts'
import type { OrderedCrypto } from './ordered-crypto.ts'
import { createSharedBrowser } from './shared-browser.ts'
import { type AppWorld, route } from './simulated-app.ts'
import { loadPage, type PageWorld, type SimulatedPage } from './simulated-page.ts'
import { createWorkerHost } from './simulated-worker.ts'
import { createTimeline } from './timeline.ts'
import { openWindowTab, type TabsWorld, type WindowTab } from './window-tab.ts'

/** A browser with several tabs of one app, and its provider. */
export interface ClientWorld
  extends PageWorld,
    TabsWorld,
    AppWorld,
    Pick<FrontChannel, 'signIn' | 'setRefusing'> {
  readonly tabs: readonly WindowTab[]
  /** What must never happen, and did. */
  readonly violations: readonly string[]
  /** What happened, a line each. */
  readonly events: readonly string[]
  /** Pages that are shown by an open tab. */
  shown(): SimulatedPage[]
  openTab(url: string, copyOf?: WindowTab): void
  /** The browser notices it or does not. */
  setOnline(isOnline: boolean, isTold: boolean): void
  /** Lets time pass, and looks at what must hold. */
  advance(ms: number): Promise<void>
}

/** The header that tells the API whose data the page shows. */
export const personHeader = 'x-person'

/** Makes a {@link ClientWorld} without a tab. */
export async function createClientWorld(
  seed: number,
  options: ClientWorldOptions,
  crypto: OrderedCrypto,
): Promise<ClientWorld> {
  const chance = createChance(seed)
  const timeline = createTimeline(crypto.untilIdle)
  const origin = options.isSameSite ? 'https://example.com' : 'https://app.example'
  const violations: string[] = []
  const events: string[] = []
  const tabs: WindowTab[] = []
  let pages = 0
  let isSeenOnline = true

  const note = (what: string): void =>
    void events.push(`${(timeline.now().monotonicMs / 1000).toFixed(3)} s  ${what}`)
  function violated(what: string): void {
    violations.push(what)
    note(`VIOLATION: ${what}`)
  }

  const network = createNetwork(timeline, chance)
  const provider = await createOpenIdProvider(timeline, network, {
    ...options,
    issuer: options.isSameSite ? 'https://id.example.com' : 'https://id.example',
    aheadMs: options.behindMs,
    violated,
    note,
  })
  const frontChannel = createFrontChannel({ timeline, chance, network, provider, note })
  const invariants: ClientInvariants = createClientInvariants({
    timeline,
    provider,
    ...options,
    isSealed: options.keeper === 'sealed',
    hasLost: () => world.workers.hasLost(),
    violated,
    note,
  })
  const browser = createSharedBrowser(
    timeline,
    chance,
    { message: 60, storage: options.storageMs, lock: 30 },
    invariants.posted,
    options,
  )

  /** An API that knows whose token it gets. */
  const connectApi: PageWorld['connectApi'] = (sender) => (request) =>
    network.send({
      sender,
      signal: request.signal,
      async answer() {
        const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? ''
        const of = provider.familyOfToken(token)?.user
        const wanted = request.headers.get(personHeader)
        if (of !== wanted) violated(`the API got ${of}'s token for a call of ${wanted}`)
        return new Response(null, { status: 204 })
      },
      lost: () => undefined,
    })

  const workers = createWorkerHost({
    timeline,
    chance,
    browser,
    provider,
    send: connectApi,
    delayMs: 8,
    outlives: options.workerOutlives,
    heard: invariants.told,
    note,
  })

  const world: ClientWorld = {
    options,
    origin,
    timeline,
    chance,
    network,
    provider,
    browser,
    workers,
    invariants,
    watcher: invariants,
    tabs,
    violations,
    events,
    shown: () =>
      tabs.flatMap((tab) => (tab.isOpen ? (tab.page() ?? []) : [])).filter(({ loop }) => loop.isAlive),
    openTab(url, copyOf) {
      const tab = openWindowTab(tabs.length + 1, world, { isVisible: chance.happens(0.7), copyOf })
      tabs.push(tab)
      tab.goTo(url)
    },
    load(tab, href, how) {
      const page = loadPage(world, { number: ++pages, tab, href, ...how })
      void invariants.watch(page, 'ready', page.auth.ready())
      route(world, page)
    },
    atProvider: frontChannel.arrive,
    signIn: frontChannel.signIn,
    setRefusing: frontChannel.setRefusing,
    openFrame: frontChannel.openFrame,
    connectApi,
    seemsOnline: () => isSeenOnline,
    setOnline(isOnline, isTold) {
      network.weather.isOnline = isOnline
      if (!isOnline && options.isLossy && chance.happens(0.7)) network.cutOff()
      if (!isTold && !isOnline) return
      isSeenOnline = isOnline
      if (isOnline && isTold) for (const page of world.shown()) page.wake('online')
    },
    violated,
    note,
    async advance(ms) {
      await timeline.advance(ms)
      invariants.check(world.shown())
    },
  }
  return world
}
