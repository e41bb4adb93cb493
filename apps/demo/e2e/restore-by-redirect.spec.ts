import type { Page } from '@playwright/test'
import { watchFrames } from './frames.ts'
import { expectPasswordPage, expectSignedIn, expectSignedOut, heading, rungs, signIn } from './journeys.ts'
import { authorizations } from './provider-log.ts'
import { historyOf } from './tab-history.ts'
import { expect, test } from './test.ts'

test.use({ providerHost: '127.0.0.1', restoresByRedirect: true })

const address = '/no-such-page?next=%2Fa&q=grüße#part?code=1'

/** Signs in and leaves the page, whose memory is gone then. */
async function signInAndLeave(page: Page): Promise<void> {
  await signIn(page)
  await page.goto('about:blank')
}

test('one silent redirect brings the session back, to the same address, and adds nothing to the history', async ({
  page,
  idp,
}) => {
  await signInAndLeave(page)
  idp.clearRequests()
  const frames = watchFrames(page)
  const { urls: before } = await historyOf(page)
  await page.goto(address)
  await expectSignedIn(page)
  await expect(page).toHaveURL(address)
  await expect(heading(page)).toHaveText('Page not found')
  await expect(rungs(page)).toHaveText('The provider, by a redirect had the session')
  const { urls } = await historyOf(page)
  expect(urls).toHaveLength(before.length + 1)
  expect(frames.count()).toBe(0)
  expect(authorizations(idp)).toHaveLength(1)
})

test('a reload does the same each time', async ({ page, idp }) => {
  await signIn(page)
  const { urls: before } = await historyOf(page)
  for (const reloads of [1, 2, 3]) {
    await page.reload()
    await expectSignedIn(page)
    // The sign-in's own comes first.
    await expect.poll(() => authorizations(idp).length).toBe(1 + reloads)
  }
  expect((await historyOf(page)).urls).toEqual(before)
})

test('a provider that says “nobody is signed in” for ever is asked exactly once', async ({
  page,
  context,
  idp,
}) => {
  await signInAndLeave(page)
  await context.clearCookies()
  idp.clearRequests()
  await page.goto(address)
  await expectSignedOut(page)
  await expect(page).toHaveURL(address)
  await expect(heading(page)).toHaveText('Page not found')
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expect.poll(() => rungs(page).allTextContents()).toEqual(['The provider, by a redirect knew nobody'])
  for (let reloads = 0; reloads < 3; reloads += 1) {
    await page.reload()
    await expectSignedOut(page)
  }
  expect(authorizations(idp)).toHaveLength(1)
})

test('a guarded page then asks for the password', async ({ page, context, idp }) => {
  await signInAndLeave(page)
  await context.clearCookies()
  idp.clearRequests()
  await page.goto('/orders')
  await expectPasswordPage(page)
  expect(authorizations(idp).length).toBeLessThanOrEqual(2)
})

test('somebody who comes for the first time costs the provider nothing', async ({ page, idp }) => {
  await page.goto('/', { waitUntil: 'networkidle' })
  await expectSignedOut(page)
  expect(idp.requests).toEqual([])
})
