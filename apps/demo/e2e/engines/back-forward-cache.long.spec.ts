import type { DemoServer } from '../demo-server.ts'
import { authorizations, grants } from '../provider-log.ts'
import type { Tab } from './engine.ts'
import { runInPage } from './run-in-page.ts'
import {
  enterPassword,
  expectPasswordPage,
  expectSignedIn,
  expectSignedOut,
  expectText,
  expectUrl,
  openTabInSession,
  signIn,
  signOut,
  startSignIn,
} from './steps.ts'
import { expect, test } from './test.ts'

/** Goes to a page of the same server that has nothing to do with the app, not even an icon. */
async function leave(tab: Tab, demo: DemoServer): Promise<void> {
  demo.replace('/elsewhere.html', '<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,">')
  await runInPage(tab, () => {
    Object.assign(window, { isKept: true })
    return null
  })
  await tab.goto(`${demo.url}/elsewhere.html`)
}

test('whoever turns back at the provider finds the button working', async ({ tab, demo, idp }) => {
  await tab.goto(`${demo.url}/`)
  await startSignIn(tab)
  await expectPasswordPage(tab)
  await tab.goBack()
  await expectText(tab, 'h1', 'See a login from the inside')
  await expectSignedOut(tab)
  await startSignIn(tab)
  await enterPassword(tab)
  await expectSignedIn(tab)
  expect(authorizations(idp)).toHaveLength(2)
})

test('whoever goes back after a sign-in passes the provider’s page, never the callback, and is signed in where they began', async ({
  tab,
  demo,
  idp,
}) => {
  await signIn(tab, `${demo.url}/`)
  await tab.goBack()
  await expect.poll(() => tab.url()).toContain(`${idp.issuer}/interaction/`)
  await tab.goBack()
  await expectUrl(tab, `${demo.url}/`)
  await expectSignedIn(tab)
  expect(grants(idp, 'authorization_code').every(({ status }) => status === 200)).toBe(true)
})

test('whoever goes back to a page that the browser has kept is in the session that it was left in, without another exchange', async ({
  tab,
  demo,
  idp,
}) => {
  await signIn(tab, `${demo.url}/no-such-page`)
  await leave(tab, demo)
  await tab.goBack()
  await expectUrl(tab, `${demo.url}/no-such-page`)
  await expectSignedIn(tab)
  expect(await runInPage(tab, () => 'isKept' in window)).toBe(true)
  expect(grants(idp, 'authorization_code')).toHaveLength(1)
})

for (const keeper of ['memory', 'vault'] as const) {
  test.describe(`with the tokens in ${keeper}`, () => {
    test.use({ keeper })

    test('whoever goes back to a page whose session was ended in another tab finds nobody', async ({
      tab,
      openTab,
      demo,
    }) => {
      await tab.goto(`${demo.url}/profile`)
      await enterPassword(tab)
      await expectText(tab, 'h1', 'Profile')
      const other = await openTabInSession(openTab, demo.url)
      await leave(tab, demo)
      await signOut(other)
      await expectSignedOut(other)
      await tab.goBack()
      // A page that the browser has kept says so, as in WebKit; one that is loaded anew asks for the password.
      await expectText(tab, 'h1', /^(You are signed out|Sign in)$/)
    })
  })
}
