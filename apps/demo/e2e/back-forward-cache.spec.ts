import type { Page } from '@playwright/test'
import { launchOptions } from './browser.ts'
import {
  enterPassword,
  expectNobodysData,
  expectPasswordPage,
  expectSignedIn,
  expectSignedOut,
  heading,
  signIn,
  signOut,
  startSignIn,
  visit,
} from './journeys.ts'
import { authorizations } from './provider-log.ts'
import { expect, test } from './test.ts'

// Playwright turns the cache off, which every browser has.
test.use({ launchOptions: { ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] } })

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    addEventListener('pageshow', ({ persisted }) => persisted && console.info('restored as it was'))
  })
})

/** Goes back to a page that the browser kept, scripts and all: nothing is loaded. */
async function goBackToKeptPage(page: Page): Promise<void> {
  const restored = page.waitForEvent('console', (message) => message.text() === 'restored as it was')
  await page.goBack({ waitUntil: 'commit' })
  await restored
}

test('whoever turns back at the provider finds the button working', async ({ page, idp }) => {
  await page.goto('/')
  await startSignIn(page)
  await expectPasswordPage(page)

  await goBackToKeptPage(page)
  await expect(heading(page)).toHaveText('See a login from the inside')
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expectSignedOut(page)

  await startSignIn(page)
  await enterPassword(page)
  await expectSignedIn(page)
  expect(authorizations(idp)).toHaveLength(2)
})

test('whoever goes back after a sign-in finds the page from before it, ready to sign in', async ({
  page,
  idp,
  problems,
}) => {
  problems.allow(/status of 400 .*\/interaction\//)
  await signIn(page)
  await page.goBack({ waitUntil: 'commit' })
  await expect(page).toHaveURL(/\/interaction\//)
  await goBackToKeptPage(page)
  await expectSignedOut(page)
  await startSignIn(page)
  await expectSignedIn(page)
  expect(authorizations(idp)).toHaveLength(2)
})

test('whoever goes back after a sign-out finds nothing of the person in the kept page', async ({ page }) => {
  await signIn(page)
  await visit(page, 'Profile')
  await signOut(page)
  await expect(page).toHaveURL('/')
  await expectSignedOut(page)

  await goBackToKeptPage(page)
  await expect(page).toHaveURL('/profile')
  await expect(heading(page)).toHaveText('You are signed out')
  await expectNobodysData(page)
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
  await enterPassword(page, 'bob')
  await expectSignedIn(page, 'bob')
})
