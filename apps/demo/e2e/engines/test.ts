import { judgeLines } from '../browser-problems.ts'
import { createLeakWatch } from '../secrets/leak-watch.ts'
import { type Readable, readEverything } from '../secrets/page-contents.ts'
import { test as base } from '../test.ts'
import { attachTab } from './attach-tab.ts'
import type { Browser, Engine, Tab } from './engine.ts'
import { type HeardPages, hearPages } from './hear-pages.ts'
import { type EngineName, startEngine } from './start-engine.ts'
import { choose } from './steps.ts'

export { expect } from '@playwright/test'

export interface EngineOptions {
  /** Each project of the configuration has its own. */
  readonly engineName: EngineName
}

interface Opened {
  readonly browser: Browser
  /** The tabs that the test has open. */
  readonly tabs: Tab[]
  /** What pages have opened, and may have closed. */
  readonly windows: Tab[]
}

interface WorkerFixtures extends EngineOptions {
  readonly engine: Engine
}

interface TestFixtures {
  /** The first tab of a browser that nobody used before. */
  readonly tab: Tab
  /** Opens another tab of that browser. */
  readonly openTab: () => Promise<Tab>
  /** What a page of that browser has opened: see `Browser`. */
  readonly openedWindow: () => Promise<Tab>
}

interface InternalFixtures {
  readonly opened: Opened
  readonly heard: HeardPages
}

/** Firefox looks for an icon of every page in a window. The one that a window's sign-in ends at may load none. */
const iconOfCallback = /^error: policy violated: img-src by \S+\/favicon\.ico .*\/silent-callback\.html/

export const test = base.extend<TestFixtures & InternalFixtures, WorkerFixtures>({
  heard: async ({ servers: { demo } }, use) => {
    const heard = hearPages(demo)
    await use(heard)
    heard.stop()
  },

  // It begins before there is a browser, so it ends after it.
  problems: async ({ heard: { lines } }, use) => {
    const problems = judgeLines(lines)
    problems.allow(iconOfCallback)
    await use({ ...problems, watch: async () => {} })
    problems.check()
  },

  // What these drivers let a test read: nothing of the history or what tabs say to each other.
  leaks: async (
    { opened: { tabs }, keeper, servers: { demo, passed }, heard: { lines } },
    use,
    { errors },
  ) => {
    passed.length = 0
    const read = async () => [
      ...(await Promise.all(tabs.map((tab) => readTab(tab, demo.url)))).flat(),
      { place: 'console', text: lines.map(({ text }) => text).join('\n') },
    ]
    const leaks = createLeakWatch({ keeper, passed, read })
    await use({ ...leaks, watch: async () => {} })
    // Where something went wrong already, a page may be anywhere.
    if (errors.length === 0) await leaks.check()
  },

  engineName: ['firefox', { option: true, scope: 'worker' }],

  engine: [
    async ({ engineName }, use) => {
      const engine = await startEngine(engineName)
      await use(engine)
      await engine.stop()
    },
    { scope: 'worker' },
  ],

  opened: async ({ engine }, use, testInfo) => {
    const browser = await engine.openBrowser()
    const tabs: Tab[] = []
    const windows: Tab[] = []
    await use({ browser, tabs, windows })
    if (testInfo.status !== testInfo.expectedStatus) {
      for (const [index, tab] of [...tabs, ...windows].entries())
        await attachTab(testInfo, tab, `tab ${index + 1}`)
    }
    await browser.close()
  },

  openTab: async ({ opened: { browser, tabs } }, use) => {
    await use(async () => {
      const opened = await browser.openTab()
      const tab: Tab = {
        ...opened,
        async close() {
          tabs.splice(tabs.indexOf(tab), 1)
          await opened.close()
        },
      }
      tabs.push(tab)
      return tab
    })
  },

  openedWindow: async ({ opened: { browser, windows } }, use) => {
    await use(async () => {
      const tab = await browser.openedWindow()
      windows.push(tab)
      return tab
    })
  },

  tab: async ({ openTab, demo, keeper }, use) => {
    const tab = await openTab()
    if (keeper !== 'memory') {
      await tab.goto(demo.url)
      await choose(tab, 'keeper', keeper)
    }
    await use(tab)
  },
})

/** What any script of the app's page can read. */
async function readTab(tab: Tab, appUrl: string): Promise<readonly Readable[]> {
  if (!(await tab.url()).startsWith(appUrl)) return []
  return (await tab.evaluate(`(${readEverything})()`)) as readonly Readable[]
}
