import { grants } from '../provider-log.ts'
import { runInPage } from './run-in-page.ts'
import {
  enterPassword,
  expectPasswordPage,
  expectSignedIn,
  expectSignedOut,
  expectText,
  openTabInSession,
  signIn,
  signOut,
} from './steps.ts'
import { button, header, link, main } from './targets.ts'
import { expect, test } from './test.ts'

test('a sign-out in one tab is seen by the others', async ({ tab, openTab, demo }) => {
  await signIn(tab, demo.url)
  const second = await openTabInSession(openTab, demo.url)
  await second.click(link('Profile', header))
  await signOut(tab)
  await expectSignedOut(second)
  await expectSignedOut(tab)
  expect(await second.url()).toBe(`${demo.url}/profile`)
})

test('a duplicated tab shares the session: both refresh, and no refresh token is used twice', async ({
  tab,
  openedWindow,
  demo,
  idp,
}) => {
  await signIn(tab, demo.url)
  // What browsers do where a tab is duplicated: the new one gets a copy of the old one's session storage.
  await runInPage(tab, () => {
    document.querySelector('a[rel="noopener"]')?.setAttribute('rel', 'opener')
    return null
  })
  await tab.click(link('Open another tab'))
  const duplicate = await openedWindow()
  await expectSignedIn(duplicate)
  for (const each of [duplicate, tab]) {
    await each.click(button('Refresh now'))
    await expectText(each, '[role=log]', /a new access token/)
  }
  for (const each of [tab, duplicate]) await expectSignedIn(each)
  expect(grants(idp, 'refresh_token').every(({ status }) => status === 200)).toBe(true)
  expect(idp.reuses).toEqual([])
})

for (const keeper of ['memory', 'vault'] as const) {
  test.describe(`with the tokens in ${keeper}`, () => {
    test.use({ keeper })

    test('of two people who sign in in two tabs the later one is in both', async ({
      tab,
      openTab,
      demo,
      idp,
    }) => {
      // A tab that nobody sees leaves for no sign-in, so each is in front when it does.
      await tab.goto(`${demo.url}/orders`)
      await expectPasswordPage(tab)
      const second = await openTab()
      await second.goto(`${demo.url}/orders`)
      await expectPasswordPage(second)
      await enterPassword(tab, 'alice')
      await expectSignedIn(tab, 'alice')
      await enterPassword(second, 'bob')
      for (const each of [second, tab]) {
        await expectSignedIn(each, 'bob')
        await each.click(button('Call the API', main))
        await expectText(each, main, /Who the API sees.*Bob Builder/)
      }
      expect(idp.reuses).toEqual([])
    })
  })
}
