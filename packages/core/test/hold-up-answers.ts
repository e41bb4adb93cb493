import type { FakeApp } from './fake-app.ts'
import type { FakeBrowser } from './fake-browser.ts'

/** From now on an answer to another tab's question takes until it is let go. */
export function holdUpAnswers({ browser }: Pick<FakeApp, 'browser'>): { goOn(): void } {
  const waiting: (() => void)[] = []
  const { openChannel } = browser
  Object.assign(browser, {
    openChannel: (name: string, hear: (message: unknown) => void) =>
      openChannel(name, (message) => {
        const { kind } = message as { kind?: unknown }
        if (kind === 'answer' || kind === 'answering') waiting.push(() => hear(message))
        else hear(message)
      }),
  } satisfies Partial<FakeBrowser>)
  return {
    goOn() {
      for (const hear of waiting.splice(0)) hear()
    },
  }
}
