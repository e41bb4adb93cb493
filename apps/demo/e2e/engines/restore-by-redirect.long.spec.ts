import { authorizations } from '../provider-log.ts'
import { runInPage } from './run-in-page.ts'
import { expectSignedIn, expectSignedOut, expectText, expectUrl, signIn, signOutAtProvider } from './steps.ts'
import { sessionPanel } from './targets.ts'
import { expect, test } from './test.ts'

test.use({ providerHost: '127.0.0.1', restoresByRedirect: true })

test('a reload brings the session back by one redirect, to the same address, and adds nothing to the history', async ({
  tab,
  openTab,
  demo,
  idp,
}) => {
  const address = `${demo.url}/no-such-page?next=%2Fa&q=gr%C3%BC%C3%9Fe#part?code=1`
  const historyLength = () => runInPage(tab, () => history.length)
  await signIn(tab, address)
  const before = await historyLength()
  for (const reloads of [1, 2]) {
    await tab.reload()
    await expectSignedIn(tab)
    await expectUrl(tab, address)
    await expectText(tab, sessionPanel, /The provider, by a redirect had the session/)
    // The sign-in's own comes first.
    expect(authorizations(idp)).toHaveLength(1 + reloads)
  }
  expect(await historyLength()).toBe(before)

  // A provider that knows nobody is asked once.
  await signOutAtProvider(openTab, idp)
  idp.clearRequests()
  for (let reloads = 0; reloads < 2; reloads += 1) {
    await tab.reload()
    await expectSignedOut(tab)
    await expectUrl(tab, address)
  }
  expect(authorizations(idp)).toHaveLength(1)
})
