import type { Page } from '@playwright/test'

/** What happens in frames inside a page, from now on. */
export interface FrameLog {
  /** How many frames there were, whatever became of them. */
  count(): number
  /** What was loaded in them, without queries, in order. */
  loaded(): readonly string[]
}

/** Watches the frames of a page. */
export function watchFrames(page: Page): FrameLog {
  let frames = 0
  const urls: string[] = []
  page.on('frameattached', () => {
    frames += 1
  })
  page.on('request', (request) => {
    if (request.frame() !== page.mainFrame()) urls.push(request.url().split('?')[0] ?? '')
  })
  return { count: () => frames, loaded: () => urls }
}
