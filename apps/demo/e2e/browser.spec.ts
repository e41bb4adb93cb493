import { expect, test } from './test.ts'

test('Chromium leaves off all that Playwright switches off, and more', async ({ browser }) => {
  const session = await browser.newBrowserCDPSession()
  const { commandLine } = await session.send('SystemInfo.getInfo')
  await session.detach()
  const lists = [...commandLine.matchAll(/--disable-features=(\S+)/g)].map(([, names = '']) =>
    names.split(','),
  )
  expect(lists).toHaveLength(2)
  const [ofPlaywright = [], ofTests = []] = lists
  expect(ofTests).toEqual(expect.arrayContaining(ofPlaywright))
  expect(ofTests.length).toBeGreaterThan(ofPlaywright.length)
})
