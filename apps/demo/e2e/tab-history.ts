import type { Page } from '@playwright/test'

/** What the back button of a tab knows. */
export interface TabHistory {
  /** Oldest first. */
  readonly urls: readonly string[]
  readonly current: number
}

/** Reads a tab's history from the browser itself: scripts only ever see its length. */
export async function historyOf(page: Page): Promise<TabHistory> {
  const session = await page.context().newCDPSession(page)
  const { entries, currentIndex } = await session.send('Page.getNavigationHistory')
  await session.detach()
  return { urls: entries.map(({ url }) => url), current: currentIndex }
}
