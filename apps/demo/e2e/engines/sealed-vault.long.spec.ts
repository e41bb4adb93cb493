import { type PacedApi, usePacedApi } from '../paced-api.ts'
import { runInPage, runWithClient } from './run-in-page.ts'
import { expectSignedIn, expectText, signIn } from './steps.ts'
import { button, said, sessionPanel } from './targets.ts'
import { test as base, expect } from './test.ts'

const test = base.extend<{ readonly api: PacedApi }>({ api: usePacedApi })

test.use({ keeper: 'sealed vault' })

/** What a test keeps in the page from one step to the next. */
interface Asked {
  readonly answer: Promise<Response>
  readonly stop: AbortController
  pieces?: ReadableStreamDefaultReader<Uint8Array>
}

test('no page is given a token, and an answer comes by the vault in the pieces in which the API gives it', async ({
  tab,
  demo,
  api,
}) => {
  await signIn(tab, demo.url)
  await tab.click(button('Refresh now'))
  await expectText(tab, said('status', sessionPanel), /no page is given a token/)

  await runWithClient(
    tab,
    (client, url) => {
      const stop = new AbortController()
      const asked: Asked = { stop, answer: client.fetch(url, { signal: stop.signal }) }
      Object.assign(window, { asked })
      return null
    },
    api.url,
  )
  const call = await api.nextCall()
  expect(call.authorization).toMatch(/^Bearer ./)
  for (const piece of ['one', 'two']) {
    call.give(piece)
    expect(await runInPage(tab, readPiece)).toBe(piece)
  }
  await runInPage(tab, () => {
    ;(window as unknown as { asked: Asked }).asked.stop.abort('given up')
    return null
  })
  await expect.poll(call.isGivenUp).toBe(true)
  expect(await runInPage(tab, readPiece)).toBe('given up')
  await expectSignedIn(tab)
})

/** Runs in the page: what comes next, or why nothing does. */
async function readPiece(): Promise<string> {
  const { asked } = window as unknown as { asked: Asked }
  asked.pieces ??= (await asked.answer).body?.getReader() as NonNullable<Asked['pieces']>
  return asked.pieces.read().then(({ value }) => new TextDecoder().decode(value), String)
}
