import { createMemoryStore } from '../../src/platform/memory-store.ts'
import type { Chance } from './chance.ts'
import type { ClientWorldOptions } from './client-world-options.ts'
import type { PageTab, SimulatedPage } from './simulated-page.ts'
import type { Timeline } from './timeline.ts'

/** A tab of the browser: its history, its storage, and whatever it shows. */
export interface WindowTab extends PageTab {
  readonly isOpen: boolean
  /** The address that it is at, whatever is there. */
  url(): string | undefined
  /** The page of the app that it shows, if it shows one. */
  page(): SimulatedPage | undefined
  /** The authorization request that the provider shows a page for. */
  signInUrl(): string | undefined
  /** Goes to another address: the person's choice, or that of the page that it is `from`. */
  goTo(url: string, by?: { readonly from?: SimulatedPage; readonly replaces?: boolean }): void
  /** The person stops the page from being left. */
  stop(): void
  /** The provider sends the person to this address. */
  redirect(url: string): void
  /** The person asks for that address again, as from a list of tabs that were closed. */
  repeatRedirect(): void
  reload(): void
  /** A step back (-1) or forward (1), where there is one. */
  step(by: -1 | 1): void
  setVisible(isVisible: boolean): void
  close(): void
}

/** What a tab is in. */
export interface TabsWorld {
  readonly options: ClientWorldOptions
  readonly origin: string
  readonly timeline: Timeline
  readonly chance: Chance
  /** Loads a page of the app. */
  load(tab: WindowTab, href: string, how: { readonly isUserDriven: boolean }): void
  /** The person is at one of the provider's addresses. */
  atProvider(tab: WindowTab, url: string): void
  note(what: string): void
}

interface Entry {
  url: string
  page: SimulatedPage | undefined
}

const mostCached = 3

/** Opens a tab, without a page yet. */
export function openWindowTab(
  number: number,
  world: TabsWorld,
  { isVisible: startsVisible, copyOf }: { isVisible: boolean; copyOf?: WindowTab | undefined },
): WindowTab {
  const { timeline, chance, options, note } = world
  const session = createMemoryStore()
  for (const key of copyOf?.session.keys() ?? []) session.set(key, copyOf?.session.get(key) ?? '')
  const hasWorkers = chance.happens(0.95)
  const entries: Entry[] = []
  let index = -1
  let isVisible = startsVisible
  let isOpen = true
  let lastRedirect: string | undefined
  let cancelNavigation: (() => void) | undefined

  const entry = (): Entry | undefined => entries[index]

  /** What is shown makes room. */
  function leave(): void {
    cancelNavigation?.()
    cancelNavigation = undefined
    const left = entry()
    if (!left?.page) return
    const cached = entries.filter(({ page }) => page?.isCached)
    if (cached.length >= mostCached) cached[0]?.page?.end()
    if (!left.page.leave(options.caches && chance.happens(0.8))) left.page = undefined
  }

  function push(url: string, replaces: boolean): void {
    leave()
    for (const { page } of entries.splice(replaces ? Math.max(index, 0) : index + 1)) page?.end()
    entries.push({ url, page: undefined })
    index = entries.length - 1
    arrive(false)
  }

  /** The address that the history is at is loaded. */
  function arrive(isUserDriven: boolean): void {
    const here = entry()
    if (!here || !isOpen) return
    const { url } = here
    if (url.startsWith(`${world.origin}/`)) {
      note(`tab ${number} loads ${url}`)
      world.load(tab, url, { isUserDriven })
    } else world.atProvider(tab, url)
  }

  const tab: WindowTab = {
    number,
    session,
    hasWorkers,
    get isVisible() {
      return isVisible
    },
    get isOpen() {
      return isOpen
    },
    url: () => (isOpen ? entry()?.url : undefined),
    attach(page) {
      const here = entry()
      if (here) here.page = page
    },
    page: () => entry()?.page,
    signInUrl() {
      const url = tab.url()
      return url && !url.startsWith(`${world.origin}/`) && /^[^?]*\/auth\?/.test(url) ? url : undefined
    },
    goTo(url, { from, replaces = false } = {}) {
      if (from && tab.page() !== from) return
      cancelNavigation?.()
      if (!from) return push(url, replaces)
      cancelNavigation = timeline.after(chance.between(10, 800), () => {
        cancelNavigation = undefined
        if (isOpen && tab.page() === from) push(url, replaces)
      })
    },
    stop() {
      cancelNavigation?.()
      cancelNavigation = undefined
    },
    redirect(url) {
      lastRedirect = url
      if (isOpen) push(url, true)
    },
    repeatRedirect() {
      if (isOpen && lastRedirect !== undefined) push(lastRedirect, false)
    },
    reload() {
      const here = entry()
      if (!here) return
      cancelNavigation?.()
      here.page?.leave(false)
      here.page = undefined
      arrive(true)
    },
    step(by) {
      const next = entries[index + by]
      if (!next) return
      leave()
      index += by
      const { page } = next
      note(
        `tab ${number} steps ${by > 0 ? 'forward' : 'back'} to ${next.url}${page?.loop.isAlive ? ' (kept)' : ''}`,
      )
      if (page?.loop.isAlive) return page.restore()
      next.page = undefined
      arrive(false)
    },
    replaced(page, href) {
      const mine = entries.find((each) => each.page === page)
      if (mine) mine.url = href
    },
    setVisible(next) {
      const isNews = next && !isVisible
      isVisible = next
      if (isNews) tab.page()?.wake('visible')
      else if (!next) tab.page()?.hide()
    },
    close() {
      if (!isOpen) return
      isOpen = false
      cancelNavigation?.()
      for (const { page } of entries) page?.end()
    },
  }
  return tab
}
