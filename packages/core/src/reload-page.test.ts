import { expect, it } from 'vitest'
import { createFakePlatform, type FakePlatform } from '../test/fake-platform.ts'
import type { Platform } from './platform/ports.ts'
import { reloadPage } from './reload-page.ts'

const key = 'latchkey.app.reloaded'
const here = 'https://app.example/orders'

interface Page extends FakePlatform {
  /** What was asked for, and what the page did, in order. */
  readonly log: string[]
}

function openPage(fetch: Platform['fetch'] = async () => new Response(null)): Page {
  const log: string[] = []
  const platform = createFakePlatform({
    href: here,
    fetch(url, init) {
      log.push(`${init.method} ${url}`)
      return fetch(url, init)
    },
  })
  const { navigation, session } = platform
  const note = (what: string): void => void log.push(`${what}${session.get(key) ? ', noted' : ''}`)
  return {
    ...platform,
    log,
    navigation: { ...navigation, reload: () => note('reload'), leave: (url) => note(`leave for ${url}`) },
  }
}

it('loads the page anew where the server answers, and has noted it by then', async () => {
  const page = openPage()
  const over = reloadPage(page, key, () => true)
  await page.advance(0)
  expect(page.log).toEqual([`HEAD ${here}`, 'reload, noted'])
  await page.advance(3000)
  await over
})

it('shows no failure while the page is being left, and no longer than 3 seconds where it is not', async () => {
  const page = openPage()
  let isOver = false
  void reloadPage(page, key, () => true).then(() => {
    isOver = true
  })
  await page.advance(2999)
  expect(isOver).toBe(false)
  await page.advance(1)
  expect(isOver).toBe(true)
})

it('goes to another address where the page has to have that', async () => {
  const page = openPage()
  void reloadPage(page, key, () => `${here}?code=1`)
  await page.advance(0)
  expect(page.log).toEqual([`HEAD ${here}`, `leave for ${here}?code=1, noted`])
})

it('asks the server itself: a cache would answer without a network', async () => {
  let cache: RequestCache | undefined
  const page = openPage(async (_, init) => {
    cache = init.cache
    return new Response(null)
  })
  void reloadPage(page, key, () => false)
  await page.advance(0)
  expect(cache).toBe('no-store')
})

it('does it once, until it has helped', async () => {
  const page = openPage()
  void reloadPage(page, key, () => true)
  await page.advance(3000)
  await reloadPage(page, key, () => true)
  expect(page.log).toHaveLength(2)
  page.session.remove(key)
  void reloadPage(page, key, () => true)
  await page.advance(0)
  expect(page.log).toHaveLength(4)
})

it.each<[why: string, fetch: Platform['fetch']]>([
  ['there is no network', () => Promise.reject(new TypeError('Failed to fetch'))],
  ['the server is in trouble', async () => new Response(null, { status: 503 })],
])('leaves the page as it is where %s', async (_why, fetch) => {
  const page = openPage(fetch)
  await reloadPage(page, key, () => true)
  expect(page.log).toEqual([`HEAD ${here}`])
  expect(page.session.get(key)).toBeUndefined()
})

it('lets a server that never answers hold nobody for more than 10 seconds, and leaves the page as it is', async () => {
  const page = openPage((_, { signal }) => {
    return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
  })
  let isOver = false
  void reloadPage(page, key, () => true).then(() => {
    isOver = true
  })
  await page.advance(9999)
  expect(isOver).toBe(false)
  await page.advance(1)
  expect(isOver).toBe(true)
  expect(page.log).toEqual([`HEAD ${here}`])
  expect(page.session.get(key)).toBeUndefined()
})

it('asks at the last moment whether the page may be left', async () => {
  let answer = (): void => undefined
  const page = openPage(() => new Promise((resolve) => (answer = () => resolve(new Response(null)))))
  let mayLeave = true
  const over = reloadPage(page, key, () => mayLeave)
  await page.advance(0)
  mayLeave = false
  answer()
  await over
  expect(page.log).toEqual([`HEAD ${here}`])
})

it('leaves the page as it is where nothing can be noted, or it would never end', async () => {
  const page = openPage()
  page.blockStorage()
  await reloadPage(page, key, () => true)
  expect(page.log).toEqual([`HEAD ${here}`])
})

it('asks nobody where the host of the page cannot load it anew', async () => {
  const { navigation, ...page } = openPage()
  const { reload: _, ...others } = navigation
  await reloadPage({ ...page, navigation: others }, key, () => true)
  expect(page.log).toEqual([])
})
