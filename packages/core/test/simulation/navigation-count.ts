import type { PageTab, SimulatedPage } from './simulated-page.ts'
import type { Timeline } from './timeline.ts'

/** Counts how often a tab is sent elsewhere without anybody having asked for it (invariant 4). */
export interface NavigationCount {
  /** The person did something in this tab. */
  gesture(tab: PageTab): void
  /** The person wants to leave this page, until the promise settles. */
  clicked(page: SimulatedPage, leaving: Promise<unknown>): void
  /** A page is at another address of the app. */
  moved(page: SimulatedPage): void
  /** A page sends its tab to another address. */
  navigates(page: SimulatedPage, url: string): void
  /** A sign-in ended here, and the page was told to go on. */
  returned(page: SimulatedPage, returnTo: string): void
}

const mostAutomatic = 2
/** Whoever comes back after this long is not caught in a loop. */
const memoryMs = 5 * 60 * 1000

/** Makes a {@link NavigationCount}. */
export function createNavigationCount({
  timeline,
  violated,
  note,
}: {
  readonly timeline: Timeline
  violated(what: string): void
  note(what: string): void
}): NavigationCount {
  const counts = new Map<PageTab, { count: number; atMs: number; sleeps: number }>()
  const clicks = new Map<SimulatedPage, number>()
  /** Where a sign-in may have been asked for. */
  const places = new Set<string>()

  return {
    gesture: (tab) => void counts.delete(tab),
    clicked(page, leaving) {
      counts.delete(page.tab)
      clicks.set(page, (clicks.get(page) ?? 0) + 1)
      const over = (): void => void clicks.set(page, (clicks.get(page) ?? 1) - 1)
      leaving.then(over, over)
    },
    moved(page) {
      const { pathname, search, hash } = new URL(page.href())
      places.add(pathname + search + hash)
    },
    navigates(page, url) {
      const isClicked = (clicks.get(page) ?? 0) > 0
      note(`page ${page.loop.number} is left for ${new URL(url).pathname} ${isClicked ? '' : '(by itself)'}`)
      // Each client counts for itself, and one of them is enough to look at.
      if (isClicked || new URL(url).searchParams.get('client_id') !== 'app') return
      const { epochMs } = timeline.now()
      const before = counts.get(page.tab)
      const isRecent = before !== undefined && epochMs - before.atMs < memoryMs
      // The device may have slept for hours between the decision, which is what is counted, and this.
      const sleeps = timeline.sleeps()
      const first = before !== undefined && before.sleeps !== sleeps ? 0 : 1
      const count = isRecent ? before.count + 1 : first
      counts.set(page.tab, { count, atMs: epochMs, sleeps })
      if (count > mostAutomatic)
        violated(`tab ${page.tab.number} was sent off ${count} times by itself (invariant 4)`)
    },
    returned(page, returnTo) {
      if (returnTo !== '/' && !places.has(returnTo))
        violated(`page ${page.loop.number} is to go to ${returnTo}, where no page was (invariant 5)`)
    },
  }
}
