import { authorizations, grants } from '../provider-log.ts'
import { expectSignedIn, expectText, expectUrl, openTabInSession, signIn } from './steps.ts'
import { expect, test } from './test.ts'

test('somebody signs in and comes back to where they began', async ({ tab, demo, idp }) => {
  await signIn(tab, demo.url)
  await expectText(tab, 'h1', 'Hello, Alice Liddell')
  await expectUrl(tab, `${demo.url}/`)
  expect(authorizations(idp)).toHaveLength(1)
  expect(grants(idp, 'authorization_code')).toMatchObject([{ status: 200 }])
})

test('a new tab is signed in too, without a password', async ({ tab, openTab, demo }) => {
  await signIn(tab, demo.url)
  const second = await openTabInSession(openTab, `${demo.url}/profile`)
  await expectText(second, 'h1', 'Profile')
  await expectSignedIn(tab)
})
