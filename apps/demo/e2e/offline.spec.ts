import type { Idp } from '@latchkey/idp'
import type { Page } from '@playwright/test'
import {
  expectSignedIn,
  expectSignedOut,
  giveUpFrame,
  header,
  heading,
  pressAndAwaitAnswer,
  rungs,
  sessionLog,
  signIn,
  signOut,
  visit,
} from './journeys.ts'
import { authorizations, grants } from './provider-log.ts'
import { expect, test } from './test.ts'

test.beforeEach(({ problems }) => problems.allow(/ERR_INTERNET_DISCONNECTED/))

for (const keeper of ['memory', 'vault'] as const) {
  test.describe(`offline with the tokens in ${keeper}`, () => {
    test.use({ keeper })

    test('a refresh fails, nobody is signed out, and the next one works once the network is back', async ({
      page,
      context,
      idp,
    }) => {
      await signIn(page)
      await context.setOffline(true)
      await page.getByRole('button', { name: 'Refresh now' }).click()
      await expect(page.getByRole('complementary').getByText(/cannot be reached/)).toBeVisible()
      await expectSignedIn(page)
      await context.setOffline(false)
      await expect(async () => {
        await pressAndAwaitAnswer(page, 'Refresh now')
        await expect(sessionLog(page)).toContainText('a new access token', { timeout: 1000 })
      }).toPass()
      expect(grants(idp, 'refresh_token')).toMatchObject([{ status: 200 }])
    })

    test('a sign-out is one here, and nobody is signed back in when the network is back', async ({
      page,
      context,
      idp,
    }) => {
      await signIn(page)
      await visit(page, 'Profile')
      await context.setOffline(true)
      await signOut(page)
      await expect(heading(page)).toHaveText('You are not signed in')
      await expectSignedOut(page)
      await context.setOffline(false)
      await expect.poll(() => page.evaluate(() => navigator.onLine)).toBe(true)
      await page.reload()
      await expect(heading(page)).toHaveText('You are signed out')
      expect(authorizations(idp)).toHaveLength(1)
    })
  })
}

test('a page that is cut off while it looks for its session finds it without a click when the network is back', async ({
  page,
  context,
  idp,
}) => {
  await cutOffWhileLooking(page, idp)
  await giveUpFrame(page)
  await expect(header(page).getByRole('button', { name: 'Sign in' })).toBeEnabled()
  await expect(rungs(page).filter({ hasText: 'hidden frame' })).toHaveText(/took too long|could not be asked/)
  await expect(page.getByRole('complementary')).toContainText('could not be asked for')
  expect(authorizations(idp)).toHaveLength(1)

  await context.setOffline(false)
  await expectSignedIn(page)
  expect(authorizations(idp)).toHaveLength(2)
})

test('nor does it need one where the network is back before the frame was given up', async ({
  page,
  context,
  idp,
}) => {
  await cutOffWhileLooking(page, idp)
  await expect.poll(() => page.evaluate(() => navigator.onLine)).toBe(false)
  await context.setOffline(false)
  await expect.poll(() => page.evaluate(() => navigator.onLine)).toBe(true)
  await giveUpFrame(page)
  await expectSignedIn(page)
})

test('a token that expires offline is not asked for again and again, and is renewed without a click', async ({
  page,
  context,
  idp,
}) => {
  await page.clock.install()
  await signIn(page)
  await context.setOffline(true)
  const tried: string[] = []
  page.on('request', (request) => tried.push(request.url()))
  for (const time of ['04:30', '10:00', '59:00']) await page.clock.fastForward(time)
  await expectSignedIn(page)
  expect(tried).toEqual([])
  expect(grants(idp, 'refresh_token')).toHaveLength(0)

  await context.setOffline(false)
  await expect(sessionLog(page)).toContainText('a new access token')
  expect(grants(idp, 'refresh_token')).toMatchObject([{ status: 200 }])
  await expectSignedIn(page)
})

/** Reloads a page and takes the network away while a hidden frame waits for the provider's answer. */
async function cutOffWhileLooking(page: Page, idp: Idp): Promise<void> {
  await page.clock.install()
  await signIn(page)
  idp.clearRequests()
  idp.addFault({ path: '/auth', hang: true, times: 1 })
  await page.reload()
  await expect.poll(() => authorizations(idp)).toHaveLength(1)
  await page.context().setOffline(true)
}
