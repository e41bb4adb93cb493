import { remote } from 'webdriverio'
import type { Browser, Engine } from './engine.ts'
import { patienceMs } from './patience.ts'
import { createQueue } from './queue.ts'
import { untilFound } from './until-found.ts'
import { startWebKitDriver } from './webkit-driver.ts'
import { createWebKitTab } from './webkit-tab.ts'

/** Starts WebKitGTK, driven by WebDriver: it does not speak BiDi. */
export async function startWebKit(): Promise<Engine> {
  const driver = await startWebKitDriver()
  return {
    openBrowser: () => openBrowser(driver.port),
    stop: driver.end,
  }
}

/** A session begins with an empty profile and one window. */
async function openBrowser(port: number): Promise<Browser> {
  const session = await remote({
    hostname: '127.0.0.1',
    port,
    // What goes wrong is thrown, and needs no second telling.
    logLevel: 'silent',
    connectionRetryCount: 0,
    waitforTimeout: patienceMs,
    capabilities: { 'wdio:enforceWebDriverClassic': true },
  })
  const inTurn = createQueue()
  const unused = [await session.getWindowHandle()]
  const known = new Set(unused)

  async function openWindow(): Promise<string> {
    // What WebDriver calls a tab would open behind the others, hidden, and nobody clicks there.
    const { handle } = await inTurn(() => session.createWindow('window'))
    known.add(handle)
    return handle
  }

  async function findOpened(): Promise<string | undefined> {
    const handles = await inTurn(() => session.getWindowHandles())
    return handles.find((handle) => !known.has(handle))
  }

  return {
    openTab: async () => createWebKitTab(session, unused.pop() ?? (await openWindow()), inTurn),
    async openedWindow() {
      const handle = await untilFound(findOpened)
      known.add(handle)
      return createWebKitTab(session, handle, inTurn)
    },
    close: () => session.deleteSession(),
  }
}
