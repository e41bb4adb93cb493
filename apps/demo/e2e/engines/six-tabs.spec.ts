import { grants } from '../provider-log.ts'
import { expectSignedIn, expectText, signIn } from './steps.ts'
import { button, header, link, main } from './targets.ts'
import { expect, test } from './test.ts'

test.use({ accessTokenSeconds: 5 })
// It outlives several tokens, and one driver after the other asks six tabs.
test.setTimeout(180_000)

test('six tabs live on tokens of five seconds, and no refresh token is used twice', async ({
  tab,
  openTab,
  demo,
  idp,
}) => {
  await signIn(tab, demo.url)
  await tab.click(link('Orders', header))
  const tabs = [tab]
  while (tabs.length < 6) {
    const another = await openTab()
    await another.goto(`${demo.url}/orders`)
    await expectSignedIn(another)
    tabs.push(another)
  }
  while (grants(idp, 'refresh_token').length < 4) {
    await Promise.all(tabs.map((each) => each.click(button('Call the API', main))))
    for (const each of tabs) await expectText(each, main, /The API answered/)
  }
  expect(grants(idp, 'refresh_token').every(({ status }) => status === 200)).toBe(true)
  expect(idp.reuses).toEqual([])
})
