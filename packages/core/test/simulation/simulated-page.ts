import { type AuthClient, type AuthState, createAuthClient, type OpenIdOptions } from '../../src/index.ts'
import type { KeyValueStore, Platform, WakeCause } from '../../src/platform/ports.ts'
import type { Chance } from './chance.ts'
import type { ClientWorldOptions } from './client-world-options.ts'
import { createEventLoop, type EventLoop } from './event-loop.ts'
import type { Network } from './network.ts'
import type { OpenIdProvider } from './openid-provider.ts'
import { ownPorts } from './own-ports.ts'
import type { BrowserTab, SharedBrowser } from './shared-browser.ts'
import type { WorkerHost } from './simulated-worker.ts'
import type { Timeline } from './timeline.ts'

/** A page of the app, with a real client in it. */
export interface SimulatedPage {
  readonly loop: EventLoop
  readonly tab: PageTab
  readonly auth: AuthClient
  /** Another app's client of the same origin, in some worlds. */
  readonly neighbour: AuthClient | undefined
  /** In the back/forward cache. */
  readonly isCached: boolean
  href(): string
  /** Loads nothing: a router puts another address into the bar. */
  show(href: string): void
  /** The person clicks or types in it. */
  touch(): void
  wake(cause: WakeCause): void
  /** Nobody sees it any more. */
  hide(): void
  freeze(): void
  thaw(): void
  /** The tab goes elsewhere. @returns whether the page waits in the back/forward cache */
  leave(mayCache: boolean): boolean
  /** The tab comes back to it. */
  restore(): void
  end(): void
}

/** The tab that a page is in. */
export interface PageTab {
  readonly number: number
  readonly session: KeyValueStore
  readonly isVisible: boolean
  /** Whether the browser lets its pages have a SharedWorker. */
  readonly hasWorkers: boolean
  /** A page begins here. */
  attach(page: SimulatedPage): void
  /** A page leaves for another address. */
  goTo(url: string, by: { readonly from: SimulatedPage; readonly replaces: boolean }): void
  /** A page put another address into the bar. */
  replaced(page: SimulatedPage, href: string): void
}

/** Hears of everything that a page and its clients do. */
export interface PageWatcher {
  /** A page is there, and its clients have not started. */
  loaded(page: SimulatedPage): void
  /** It is at another address of the app. */
  moved(page: SimulatedPage): void
  /** They have started, and nothing was awaited. */
  started(page: SimulatedPage, startHref: string): void
  /** It shows this now. */
  shows(page: SimulatedPage, state: AuthState<unknown>, previous: AuthState<unknown> | undefined): void
  neighbourShows(page: SimulatedPage, state: AuthState<unknown>): void
  /** It sends its tab to another address. */
  navigates(page: SimulatedPage, url: string): void
  /** It wrote to the storage that all pages share. */
  recorded(key: string, value: string): void
  /** A client uses this name in what all clients share. */
  ofInstance(client: string, name: string): void
}

/** What a page is in. */
export interface PageWorld {
  readonly options: ClientWorldOptions
  readonly timeline: Timeline
  readonly chance: Chance
  readonly network: Network
  readonly provider: OpenIdProvider
  readonly browser: SharedBrowser
  readonly workers: WorkerHost
  readonly watcher: PageWatcher
  readonly openFrame: (page: BrowserTab, url: string, onMessage: (message: unknown) => void) => () => void
  readonly connectApi: (sender: BrowserTab) => Platform['send']
  seemsOnline(): boolean
  violated(what: string): void
}

/** How a page is loaded. */
export interface PageLoad {
  readonly number: number
  readonly tab: PageTab
  readonly href: string
  /** It was reloaded. */
  readonly isUserDriven: boolean
}

/** Loads a page, whose clients are started at once. */
export function loadPage(
  world: PageWorld,
  { number, tab, href: startHref, isUserDriven }: PageLoad,
): SimulatedPage {
  const { timeline, chance, provider, options, watcher, network } = world
  const wakeListeners = new Set<(cause: WakeCause) => void>()
  const sleepListeners = new Set<(cause: 'hidden' | 'gone') => void>()
  let href = startHref
  let isTouched = isUserDriven
  let isCached = false

  const loop = createEventLoop(number, { timeline, chance, isThrottled: () => !tab.isVisible })
  const delivered: EventLoop = Object.create(loop, {
    deliver: {
      value: (kind: Parameters<EventLoop['deliver']>[0], task: () => void) => {
        // Chromium drops what gets a message in the back/forward cache.
        if (isCached && kind === 'message') return page.end()
        loop.deliver(kind, task)
      },
    },
  })
  const ports = world.browser.open(delivered)

  const platform: Platform = {
    clock: loop.clock,
    random: { bytes: chance.bytes, fraction: chance.fraction },
    fetch: provider.connect(delivered),
    send: world.connectApi(delivered),
    session: tab.session,
    shared: {
      ...ports.shared,
      set(key, value) {
        watcher.recorded(key, value)
        ports.shared.set(key, value)
      },
    },
    navigation: {
      href: () => href,
      assign: (url) => leaveFor(url, false),
      leave: (url) => leaveFor(url, true),
      replace(url) {
        href = url
        tab.replaced(page, url)
        watcher.moved(page)
      },
      isUserDriven: () => isTouched,
    },
    page: {
      exists: () => true,
      isSecureContext: () => true,
      isOnline: world.seemsOnline,
      isVisible: () => tab.isVisible && !isCached,
      isPrerendering: () => false,
      isFramed: () => false,
      onWake(listener) {
        wakeListeners.add(listener)
        return () => void wakeListeners.delete(listener)
      },
      onSleep(listener) {
        sleepListeners.add(listener)
        return () => void sleepListeners.delete(listener)
      },
    },
    locks: ports.locks,
    openChannel: ports.openChannel,
    openFrame: (url, onMessage) => world.openFrame(delivered, url, onMessage),
  }

  function leaveFor(url: string, replaces: boolean): void {
    if (!loop.isAlive) return
    watcher.navigates(page, url)
    tab.goTo(url, { from: page, replaces })
  }

  function create(name: string, more: Partial<OpenIdOptions>): AuthClient {
    const owned = ownPorts(platform, name, watcher.ofInstance)
    const client = createAuthClient({
      issuer: provider.issuer,
      clientId: name,
      redirectUri: '/callback?lang=de%20CH',
      scope: 'openid',
      platform: owned.platform,
      ...more,
    })
    if (owned.touches() > 0)
      world.violated(`page ${number}: creating a client touched the page (invariant 1)`)
    return client
  }

  const auth = create('app', {
    ...(options.isSameSite && { silentRedirectUri: '/silent' }),
    restoreByRedirect: options.restoresByRedirect,
    apis: ['https://api.example'],
    ...(options.keeper !== 'memory' && {
      vault: {
        sealed: options.keeper === 'sealed',
        worker() {
          if (!tab.hasWorkers) throw new TypeError('SharedWorker is not defined')
          return world.workers.connect(delivered)
        },
      },
    }),
  })
  const neighbour = options.hasNeighbour
    ? create('neighbour', { redirectUri: '/neighbour/callback' })
    : undefined

  const page: SimulatedPage = {
    loop: delivered,
    tab,
    auth,
    neighbour,
    get isCached() {
      return isCached
    },
    href: () => href,
    show(next) {
      href = next
      tab.replaced(page, next)
      watcher.moved(page)
    },
    touch() {
      isTouched = true
    },
    wake(cause) {
      if (!loop.isFrozen) for (const listener of [...wakeListeners]) listener(cause)
    },
    hide() {
      if (!loop.isFrozen) for (const listener of [...sleepListeners]) listener('hidden')
    },
    freeze: loop.freeze,
    thaw() {
      if (!loop.isFrozen || isCached) return
      loop.thaw()
      if (chance.happens(0.5)) page.wake('resumed')
      timeline.after(1, () => page.wake('resumed'))
    },
    leave(mayCache) {
      if (!loop.isFrozen) for (const listener of [...sleepListeners]) listener('gone')
      if (!mayCache || network.isBusy(delivered)) {
        page.end()
        return false
      }
      loop.freeze()
      isCached = true
      return true
    },
    restore() {
      isCached = false
      loop.thaw()
      page.wake('restored')
    },
    end() {
      if (!loop.isAlive) return
      isCached = false
      loop.end()
      network.lose(delivered)
      ports.close()
      world.workers.pagesLeft()
    },
  }

  tab.attach(page)
  watcher.loaded(page)
  watcher.moved(page)
  let previous: AuthState<unknown> = auth.getState()
  watcher.shows(page, previous, undefined)
  auth.subscribe(() => {
    const state = auth.getState()
    watcher.shows(page, state, previous)
    previous = state
  })
  if (neighbour) neighbour.subscribe(() => watcher.neighbourShows(page, neighbour.getState()))
  auth.start()
  neighbour?.start()
  watcher.started(page, startHref)
  return page
}
