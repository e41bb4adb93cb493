import { answerChannel } from '../src/silent-answer.ts'
import type { FakeBrowser } from './fake-browser.ts'
import type { FakePlatform, FakeWindow } from './fake-platform.ts'
import { until } from './until.ts'

/** The newest window of a page, once it was sent to the provider. */
export async function windowOf({
  platform,
}: {
  readonly platform: Pick<FakePlatform, 'windows'>
}): Promise<FakeWindow> {
  await until(() => platform.windows.at(-1)?.isClosed === false && platform.windows.at(-1)?.url !== '')
  return platform.windows.at(-1) as FakeWindow
}

/** The `state` of a request to the provider, or of its answer. */
export function stateOf(url: string): string {
  return new URL(url).searchParams.get('state') ?? ''
}

/** The page that the provider sends the window back to passes its URL on. */
export function passOn(browser: FakeBrowser, url: string, state: string = stateOf(url)): void {
  const channel = browser.openChannel(answerChannel(state), () => undefined)
  channel?.post({ latchkey: 'silent-callback', url })
  channel?.close()
}
