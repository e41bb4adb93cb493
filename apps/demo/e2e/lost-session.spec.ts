import type { Idp } from '@latchkey/idp'
import type { BrowserContext, Page } from '@playwright/test'
import {
  enterPassword,
  expectSignedIn,
  expectSignedOut,
  openTabInSession,
  signIn,
  signOutHereOnly,
} from './journeys.ts'
import { grants, requestsTo } from './provider-log.ts'
import { expect, test } from './test.ts'

const note = (page: Page) => page.getByLabel('Your note')
const save = (page: Page) => page.getByRole('button', { name: 'Save' }).click()
const said = (page: Page) => page.getByRole('form', { name: 'A note by' }).getByRole('status')
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Your session has ended' })

/** What a refusal that is part of a test leaves in the console: the browser's own line about it. */
const refusals = /status of 40[01]/

async function keepThePage(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    if (location.protocol === 'http:') localStorage.setItem('latchkey-demo.ending', 'keep the page')
  })
}

/** The provider forgets everybody, and the API the token: the next call finds that the session is over. */
async function loseSession(page: Page, idp: Idp): Promise<void> {
  await idp.revokeGrants()
  await page.context().clearCookies()
  const challenge = 'Bearer error="invalid_token"'
  idp.addFault({ path: '/me', status: 401, headers: { 'www-authenticate': challenge }, times: 1 })
}

/** A note is half written when the session ends under it, and saving it waits. */
async function loseSessionUnderNote(page: Page, idp: Idp): Promise<void> {
  await signIn(page, 'alice', '/popups')
  await note(page).fill('Dear Sir or Madam')
  idp.clearRequests()
  await loseSession(page, idp)
  await save(page)
  await expect(dialog(page)).toBeVisible()
}

async function signInAgain(page: Page, username?: 'alice' | 'bob'): Promise<void> {
  const opening = page.waitForEvent('popup')
  await dialog(page).getByRole('button', { name: 'Sign in again' }).click()
  await enterPassword(await opening, username)
}

for (const keeper of ['memory', 'vault', 'sealed vault'] as const) {
  test.describe(`a session that ends under a half-filled form, with tokens in the ${keeper}`, () => {
    test.use({ keeper })

    test('is got back by a window, and the form is sent', async ({ page, context, idp, problems }) => {
      problems.allow(refusals)
      await keepThePage(context)
      await loseSessionUnderNote(page, idp)
      await expect(note(page)).toHaveValue('Dear Sir or Madam')
      await expectSignedInBehindDialog(page)
      await signInAgain(page)
      await expect(dialog(page)).toBeHidden()
      await expect(said(page)).toHaveText('Saved for Alice Liddell.')
      await expect(note(page)).toHaveValue('Dear Sir or Madam')
      expect(requestsTo(idp, '/me')).toMatchObject([{ status: 401 }, { status: 200 }])
      expect(grants(idp, 'refresh_token')).toMatchObject([{ status: 400 }])
      await expectSignedIn(page)
    })

    test('is not given to another person, and nothing is sent in their name', async ({
      page,
      context,
      idp,
      problems,
    }) => {
      problems.allow(refusals)
      await keepThePage(context)
      await loseSessionUnderNote(page, idp)
      await signInAgain(page, 'bob')
      await expect(dialog(page).getByRole('alert')).toContainText('Somebody else signed in')
      expect(requestsTo(idp, '/me')).toMatchObject([{ status: 401 }])
      // The provider still knows Bob: it is told to ask anew.
      await signInAgain(page, 'alice')
      await expect(said(page)).toHaveText('Saved for Alice Liddell.')
      await expect(note(page)).toHaveValue('Dear Sir or Madam')
    })
  })
}

/** What is behind a modal dialog has no role as long. */
async function expectSignedInBehindDialog(page: Page): Promise<void> {
  await expect(page.locator('header').getByText('Alice Liddell')).toBeVisible()
}

test('a session that was lost is given up by a sign-out', async ({ page, context, idp, problems }) => {
  problems.allow(refusals)
  await keepThePage(context)
  await loseSessionUnderNote(page, idp)
  await dialog(page).getByRole('button', { name: 'Sign out' }).click()
  await expect(dialog(page)).toBeHidden()
  await expectSignedOut(page)
})

test('a sign-in in one tab, and a sign-out, count for every tab that waits', async ({
  page,
  context,
  idp,
  problems,
}) => {
  problems.allow(refusals)
  await keepThePage(context)
  await signIn(page, 'alice', '/popups')
  const other = await openTabInSession(context, '/popups')
  await note(other).fill('From the other tab')
  await loseSession(page, idp)
  await save(page)
  await expect(dialog(page)).toBeVisible()
  await expect(dialog(other)).toBeVisible()
  await signInAgain(page)
  await expect(said(page)).toHaveText('Saved for Alice Liddell.')
  await expect(dialog(other)).toBeHidden()
  await expect(note(other)).toHaveValue('From the other tab')
  await signOutHereOnly(other)
  await expectSignedOut(page)
})

test('without the option the page says that the session has ended', async ({ page, idp, problems }) => {
  problems.allow(refusals)
  await signIn(page, 'alice', '/popups')
  await loseSession(page, idp)
  await save(page)
  await expectSignedOut(page)
  await expect(dialog(page)).toBeHidden()
})
