import { authorizations, grants } from '../provider-log.ts'
import { callApi, expectSignedOut, expectText, openTabInSession, signIn, signOut } from './steps.ts'
import { header, link, sessionPanel } from './targets.ts'
import { expect, test } from './test.ts'

test.use({ keeper: 'at rest' })

test('a session outlives every tab of the app by a key that cannot be read, and a sign-out takes it away', async ({
  tab,
  openTab,
  demo,
  idp,
}) => {
  await signIn(tab, demo.url)
  // A browser of the tests has one tab at least.
  await tab.goto(`${idp.issuer}/`)
  idp.clearRequests()

  const next = await openTabInSession(openTab, `${demo.url}/`)
  await expectText(next, sessionPanel, /The browser’s storage had the session/)
  await next.click(link('Orders', header))
  await callApi(next)
  expect(authorizations(idp)).toEqual([])
  // Once without the nonce that the provider wants, and once with it.
  expect(grants(idp, 'refresh_token').map(({ status }) => status)).toEqual([400, 200])

  await signOut(next)
  await expectSignedOut(next)
  await next.reload()
  await expectSignedOut(next)
})
