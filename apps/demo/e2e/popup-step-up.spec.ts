import type { Page } from '@playwright/test'
import { confirmSecondStep, enterPassword, expectSignedIn, signIn } from './journeys.ts'
import { requestsTo } from './provider-log.ts'
import { expect, test } from './test.ts'

const card = (page: Page) => page.getByRole('region', { name: 'Prove it is you, and delete' })
const said = (page: Page) => card(page).getByRole('status')

/** What a refusal that is part of a test leaves in the console: the browser's own line about it. */
const refusals = /status of 401/

async function deleteOrder(page: Page): Promise<Page> {
  const opening = page.waitForEvent('popup')
  await card(page).getByRole('button', { name: 'Delete order A-1003' }).click()
  return opening
}

for (const keeper of ['memory', 'sealed vault'] as const) {
  test.describe(`a second step by a window, with tokens in the ${keeper}`, () => {
    test.use({ keeper })

    test('lets the call go on, and the page stays (RFC 9470)', async ({ page, idp, problems }) => {
      problems.allow(refusals)
      await signIn(page, 'alice', '/popups')
      await page.getByLabel('Your note').fill('Dear Sir or Madam')
      const popup = await deleteOrder(page)
      const closed = popup.waitForEvent('close')
      await confirmSecondStep(popup)
      await closed
      await expect(said(page)).toHaveText('Order A-1003 is deleted.')
      expect(requestsTo(idp, '/orders/A-1003')).toMatchObject([{ status: 401 }, { status: 204 }])
      await expect(page.getByLabel('Your note')).toHaveValue('Dear Sir or Madam')
      await expectSignedIn(page)
    })
  })
}

test('whoever gives up at the second step has deleted nothing, and is signed in as before', async ({
  page,
  idp,
  problems,
}) => {
  problems.allow(refusals)
  await signIn(page, 'alice', '/popups')
  const popup = await deleteOrder(page)
  await popup.getByRole('button', { name: 'Cancel' }).click()
  await expect(said(page)).toContainText('cancelled')
  expect(requestsTo(idp, '/orders/A-1003')).toMatchObject([{ status: 401 }])
  await expectSignedIn(page)
})

test('another person’s second step is not the one that was asked for', async ({ page, idp, problems }) => {
  problems.allow(refusals)
  await signIn(page, 'alice', '/popups')
  await page.context().clearCookies()
  const popup = await deleteOrder(page)
  await enterPassword(popup, 'bob')
  await confirmSecondStep(popup)
  await expect(said(page)).toContainText('Please sign in again')
  expect(requestsTo(idp, '/orders/A-1003')).toMatchObject([{ status: 401 }])
  await expectSignedIn(page)
})

test('offers the button again where the window is blocked', async ({ page, problems }) => {
  problems.allow(refusals)
  await signIn(page, 'alice', '/popups')
  await page.evaluate(() => {
    const { open } = window
    window.open = () => {
      window.open = open
      return null
    }
  })
  await card(page).getByRole('button', { name: 'Delete order A-1003' }).click()
  await expect(said(page)).toContainText('did not let the window open')
  const opening = page.waitForEvent('popup')
  await card(page).getByRole('button', { name: 'Try again' }).click()
  await confirmSecondStep(await opening)
  await expect(said(page)).toHaveText('Order A-1003 is deleted.')
})
