import type { Page } from './platform/ports.ts'

/** Tells when a page may have come to life. */
interface Waking {
  onWake(listener: () => void): () => void
}

/** Settles when somebody sees the page, and there is a network: only then may it be left. */
export function untilAwake(page: Page): Promise<void> {
  return until(page, () => page.isVisible() && page.isOnline() && !page.isPrerendering())
}

/** Settles when the page is really open, and not only loaded ahead of time: before, it must have no effect. */
export function untilOpened(page: Waking & Pick<Page, 'isPrerendering'>): Promise<void> {
  return until(page, () => !page.isPrerendering())
}

function until(page: Waking, isReady: () => boolean): Promise<void> {
  if (isReady()) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = page.onWake(() => {
      if (!isReady()) return
      stop()
      resolve()
    })
  })
}
