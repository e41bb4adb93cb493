import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import puppeteer, { type BrowserContext, type Page } from 'puppeteer-core'
import type { Browser, Engine, Tab, Target } from './engine.ts'
import { patienceMs } from './patience.ts'
import { createQueue, type Queue } from './queue.ts'
import { untilFound } from './until-found.ts'
import { windowSize } from './window-size.ts'

/** Starts Firefox without a window, driven by WebDriver BiDi. */
export async function startFirefox(): Promise<Engine> {
  const firefox = await puppeteer.launch({
    browser: 'firefox',
    executablePath: findFirefox(),
    defaultViewport: windowSize,
  })
  return {
    openBrowser: async () => createBrowser(await firefox.createBrowserContext()),
    stop: () => firefox.close(),
  }
}

function findFirefox(): string {
  const { LATCHKEY_FIREFOX: chosen, PATH = '' } = process.env
  const usual = PATH.split(delimiter).flatMap((folder) => [
    join(folder, 'firefox-esr'),
    join(folder, 'firefox'),
  ])
  const found = chosen ?? usual.find((file) => existsSync(file))
  if (!found)
    throw new Error('There is no Firefox on the PATH. Say where it is: LATCHKEY_FIREFOX=/path/to/firefox')
  return found
}

/** In Firefox this is what it calls a container: cookies, storage and workers of its own. */
function createBrowser(context: BrowserContext): Browser {
  const inTurn = createQueue()
  const known = new Set<Page>()

  function toTab(page: Page): Tab {
    known.add(page)
    page.setDefaultTimeout(patienceMs)
    return createTab(page, inTurn)
  }

  return {
    openTab: async () => toTab(await context.newPage()),
    openedWindow: async () =>
      toTab(await untilFound(async () => (await context.pages()).find((page) => !known.has(page)))),
    close: () => context.close(),
  }
}

function createTab(page: Page, inTurn: Queue): Tab {
  /** Only one tab can be in front, and in a hidden one a click would wait long for the next frame. */
  function inFront(action: () => Promise<void>): Promise<void> {
    return inTurn(async () => {
      await page.bringToFront()
      await action()
    })
  }

  return {
    async goto(url) {
      await page.goto(url)
    },
    async reload() {
      await page.reload()
    },
    goBack: () =>
      inFront(async () => {
        await page.evaluate('history.back()')
      }),
    // What the page says itself: the driver does not hear of one that comes back from the cache as it was left.
    url: async () => String(await page.evaluate('location.href')),
    click: (target) => inFront(() => page.locator(selectorOf(target)).click()),
    fill: (target, text) => inFront(() => page.locator(selectorOf(target)).fill(text)),
    evaluate: (expression) => page.evaluate(expression),
    close: () => page.close(),
  }
}

function selectorOf(target: Target): string {
  return target.startsWith('/') ? `::-p-xpath(${target})` : target
}
