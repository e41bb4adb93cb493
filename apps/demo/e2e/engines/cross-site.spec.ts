import { grants } from '../provider-log.ts'
import {
  expectSignedIn,
  expectSignedOut,
  expectText,
  openTabInSession,
  signIn,
  startSignIn,
} from './steps.ts'
import { button } from './targets.ts'
import { expect, test } from './test.ts'

// Its cookies do not reach a hidden frame, so a tab that another tab does not help is signed out.
test.use({ providerHost: '127.0.0.1' })

test('a provider on another site signs people in, and after a reload again without a password', async ({
  tab,
  demo,
  idp,
}) => {
  expect(new URL(idp.issuer).hostname).not.toBe(new URL(demo.url).hostname)
  await signIn(tab, demo.url)
  await expectText(tab, 'h1', 'Hello, Alice Liddell')
  await tab.reload()
  await expectSignedOut(tab)
  await startSignIn(tab)
  await expectSignedIn(tab)
})

test('a second tab is handed the session by the first, and gives it back after a reload', async ({
  tab,
  openTab,
  demo,
  idp,
}) => {
  await signIn(tab, demo.url)
  idp.clearRequests()
  await openTabInSession(openTab, demo.url)
  await tab.reload()
  await expectSignedIn(tab)
  expect(idp.requests).toEqual([])
})

test('when one tab refreshes, the others are given the new token', async ({ tab, openTab, demo, idp }) => {
  await signIn(tab, demo.url)
  const second = await openTabInSession(openTab, demo.url)
  await tab.click(button('Refresh now'))
  for (const each of [tab, second]) await expectText(each, '[role=log]', /a new access token/)
  expect(grants(idp, 'refresh_token')).toMatchObject([{ status: 200 }])
})
