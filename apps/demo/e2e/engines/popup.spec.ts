import { authorizations } from '../provider-log.ts'
import type { Tab } from './engine.ts'
import { runInPage } from './run-in-page.ts'
import {
  enterPassword,
  expectSignedIn,
  expectText,
  expectUrl,
  loseSession,
  signInToKeptPage,
} from './steps.ts'
import { button, dialog, field, main } from './targets.ts'
import { expect, test } from './test.ts'

async function textIn(tab: Tab, id: string): Promise<string> {
  return runInPage(tab, (name) => document.querySelector<HTMLTextAreaElement>(`#${name}`)?.value ?? '', id)
}

test('somebody signs in by a window, and the page is never left', async ({
  tab,
  openedWindow,
  demo,
  idp,
}) => {
  await tab.goto(`${demo.url}/popups`)
  await tab.fill(field('Something half done'), 'Dear Sir or Madam')
  await tab.click(button('Sign in by a window', main))
  await enterPassword(await openedWindow())
  await expectSignedIn(tab)
  await expectText(tab, main, /this page was never left/)
  await expectUrl(tab, `${demo.url}/popups`)
  expect(await textIn(tab, 'half-done')).toBe('Dear Sir or Madam')
  expect(authorizations(idp)).toHaveLength(1)
})

test('a session that ends under a half-filled form is got back by a window, and the form is sent', async ({
  tab,
  openTab,
  openedWindow,
  demo,
  idp,
}) => {
  await signInToKeptPage(tab, demo)
  await tab.fill(field('Your note'), 'Dear Sir or Madam')
  await loseSession(openTab, idp)
  await tab.click(button('Save', main))
  await expectText(tab, `${dialog}//h2`, 'Your session has ended')
  await tab.click(button('Sign in again', dialog))
  await enterPassword(await openedWindow())
  await expectText(tab, main, /Saved for Alice Liddell/)
  await expectSignedIn(tab)
  expect(await textIn(tab, 'note')).toBe('Dear Sir or Madam')
})
