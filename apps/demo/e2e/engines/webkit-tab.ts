import type { Tab } from './engine.ts'
import type { Queue } from './queue.ts'
import { windowSize } from './window-size.ts'

/** One window of a WebDriver session, which has one of them at a time in its hands. */
export async function createWebKitTab(
  session: WebdriverIO.Browser,
  handle: string,
  inTurn: Queue,
): Promise<Tab> {
  function here<T>(action: () => Promise<T>): Promise<T> {
    return inTurn(async () => {
      await session.switchToWindow(handle)
      return action()
    })
  }

  await here(() => session.setWindowSize(windowSize.width, windowSize.height))
  return {
    goto: (url) =>
      here(async () => {
        await session.url(url)
      }),
    reload: () => here(() => session.refresh()),
    url: () => here(() => session.getUrl()),
    click: (target) =>
      here(async () => {
        const element = session.$(target)
        await element.waitForClickable()
        await element.click()
      }),
    fill: (target, text) => here(() => session.$(target).setValue(text)),
    evaluate: (expression) => here(() => session.execute(`return ${expression}`)),
    close: () => here(() => session.closeWindow()),
  }
}
