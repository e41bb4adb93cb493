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
    goBack: () =>
      here(async () => {
        await session.execute('history.back()')
      }),
    url: () => here(() => session.getUrl()),
    click: (target) =>
      here(async () => {
        const element = session.$(target)
        await element.waitForClickable()
        await element.click()
      }),
    fill: (target, text) =>
      here(async () => {
        const element = session.$(target)
        await element.waitForClickable()
        await session.execute(enterText, await element.getElement(), text)
      }),
    evaluate: (expression) => here(() => session.execute(`return ${expression}`)),
    close: () =>
      here(async () => {
        const switched = nextSwitch(session)
        await session.closeWindow()
        await switched
      }),
  }
}

/** WebdriverIO goes to another window once one is closed, and waits for nobody: what comes next could land there. */
function nextSwitch(session: WebdriverIO.Browser): Promise<void> {
  return new Promise((resolve) => {
    session.on('result', function hear({ command }) {
      if (command !== 'switchToWindow') return
      session.off('result', hear)
      resolve()
    })
  })
}

/**
 * Runs in the page. Keys that WebDriver presses go to the window that has the keyboard, which a window that has just
 * opened does not have yet: they are lost without a word.
 */
function enterText(element: unknown, text: string): void {
  const input = element as HTMLInputElement
  input.focus()
  input.value = text
  input.dispatchEvent(new InputEvent('input', { bubbles: true }))
  input.dispatchEvent(new Event('change', { bubbles: true }))
}
