import {
  enterPassword,
  expectSignedIn,
  expectSignedOut,
  expectText,
  loseSession,
  openTabInSession,
  signIn,
  signInToKeptPage,
} from './steps.ts'
import { button, dialog, main } from './targets.ts'
import { test } from './test.ts'

test('a sign-in in one tab, and a sign-out, count for every tab that waits for its lost session', async ({
  tab,
  openTab,
  openedWindow,
  demo,
  idp,
}) => {
  await signInToKeptPage(tab, demo)
  const other = await openTabInSession(openTab, `${demo.url}/popups`)
  await loseSession(openTab, idp)
  await tab.click(button('Save', main))
  for (const each of [tab, other]) await expectText(each, `${dialog}//h2`, 'Your session has ended')
  await tab.click(button('Sign in again', dialog))
  await enterPassword(await openedWindow())
  await expectText(tab, main, /Saved for Alice Liddell/)
  await expectText(other, '//dialog[not(@open)]//h2', 'Your session has ended')
  await expectSignedIn(other)

  await other.click(button('Sign out here only'))
  for (const each of [tab, other]) await expectSignedOut(each)
})

test('without the option the page says that the session has ended', async ({ tab, openTab, demo, idp }) => {
  await signIn(tab, `${demo.url}/popups`)
  await loseSession(openTab, idp)
  await tab.click(button('Save', main))
  await expectSignedOut(tab)
  await expectText(tab, '//dialog[not(@open)]//h2', 'Your session has ended')
})
