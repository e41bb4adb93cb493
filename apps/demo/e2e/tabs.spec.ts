import type { Page } from '@playwright/test'
import {
  callApi,
  enterPassword,
  expectNobodysData,
  expectPasswordPage,
  expectSignedIn,
  heading,
  openTabInSession,
  refreshNow,
  rungs,
  signIn,
  signOutHereOnly,
  startSignIn,
} from './journeys.ts'
import { authorizations, grants } from './provider-log.ts'
import { expect, test } from './test.ts'

test('two tabs sign in at once, and the one that began last may finish first', async ({ context, idp }) => {
  const first = await context.newPage()
  const second = await context.newPage()
  for (const page of [first, second]) {
    await page.goto('/')
    await startSignIn(page)
    await expectPasswordPage(page)
  }
  await enterPassword(second)
  await expectSignedIn(second)
  await enterPassword(first)
  await expectSignedIn(first)
  await expectSignedIn(second)
  expect(grants(idp, 'authorization_code')).toMatchObject([{ status: 200 }, { status: 200 }])
})

test('two tabs that were sent to sign in by their pages each come back to their own', async ({ context }) => {
  const profile = await context.newPage()
  const orders = await context.newPage()
  await profile.goto('/profile?tab=1')
  await orders.goto('/orders?tab=2')
  await enterPassword(orders)
  await enterPassword(profile)
  await expectSignedIn(profile)
  await expectSignedIn(orders)
  await expect(profile).toHaveURL('/profile?tab=1')
  await expect(orders).toHaveURL('/orders?tab=2')
})

test('a sign-in that was begun again in the same tab may be finished where it was begun first', async ({
  page,
  idp,
}) => {
  await page.goto('/profile?begun=first')
  await expectPasswordPage(page)
  const first = page.url()
  await page.goto('/orders?begun=second')
  await expectPasswordPage(page)
  expect(page.url()).not.toBe(first)

  await page.goto(first)
  await enterPassword(page)
  await expectSignedIn(page)
  await expect(page).toHaveURL('/profile?begun=first')
  expect(grants(idp, 'authorization_code')).toMatchObject([{ status: 200 }])
})

for (const keeper of ['memory', 'vault'] as const) {
  test.describe(`with the tokens in ${keeper}`, () => {
    test.use({ keeper })

    test('a new tab is in the session of the others, and asks the provider nothing', async ({
      page,
      context,
      idp,
    }) => {
      await signIn(page)
      idp.clearRequests()
      const second = await openTabInSession(context, '/profile')
      await expect(rungs(second)).toHaveText(
        keeper === 'vault' ? /^The vault had the session/ : /^Another tab had the session/,
      )
      expect(idp.requests).toEqual([])
    })

    test('a duplicated tab shares the session: both refresh, and no refresh token is used twice', async ({
      page,
      idp,
    }) => {
      await signIn(page)
      const duplicate = await openDuplicate(page)
      await expectSignedIn(duplicate)
      for (const tab of [duplicate, page, duplicate]) await refreshNow(tab)
      await expectSignedIn(page)
      await expectSignedIn(duplicate)
      // A refresh that is asked for while another tab has its turn is that tab's: three clicks are one to three requests.
      const statuses = () => [...new Set(grants(idp, 'refresh_token').map(({ status }) => status))]
      await expect.poll(statuses).toEqual([200])
      expect(idp.reuses).toEqual([])
    })

    test('a tab that was duplicated in the middle of a sign-in: both may finish', async ({ page, idp }) => {
      await page.goto('/')
      await startSignIn(page)
      await expectPasswordPage(page)
      await page.goto('/no-such-page')
      const duplicate = await openDuplicate(page)
      // What the sign-in is protected by went along: it is this tab's as well as the other's.
      expect(await duplicate.evaluate(() => JSON.stringify(sessionStorage))).toContain('codeVerifier')
      for (const tab of [duplicate, page]) {
        await startSignIn(tab)
        await expectPasswordPage(tab)
      }
      for (const tab of [duplicate, page]) {
        await enterPassword(tab)
        await expectSignedIn(tab)
      }
      await expectSignedIn(duplicate)
      expect(grants(idp, 'authorization_code')).toMatchObject([{ status: 200 }, { status: 200 }])
    })

    test('of two people who sign in in two tabs the later one is in both', async ({ context, idp }) => {
      const first = await context.newPage()
      const second = await context.newPage()
      for (const tab of [first, second]) {
        await tab.goto('/orders')
        await expectPasswordPage(tab)
      }
      await enterPassword(first, 'alice')
      await expectSignedIn(first, 'alice')
      await enterPassword(second, 'bob')
      await expectSignedIn(second, 'bob')
      await expectSignedIn(first, 'bob')
      for (const tab of [first, second]) {
        await callApi(tab)
        await expect(tab.getByRole('region', { name: 'Who the API sees' })).toContainText('Bob Builder')
      }
      expect(idp.reuses).toEqual([])
    })

    test('a sign-out in one tab is one in the other, which goes nowhere by itself', async ({
      context,
      idp,
    }) => {
      const first = await context.newPage()
      await signIn(first)
      const second = await openTabInSession(context, '/profile')
      idp.clearRequests()
      await signOutHereOnly(first)
      await expect(heading(second)).toHaveText('You are signed out')
      await expectNobodysData(second)
      await expect(second).toHaveURL('/profile')
      expect(authorizations(idp)).toEqual([])
    })
  })
}

/** What browsers do where a tab is duplicated: the new one gets a copy of the old one's session storage. */
async function openDuplicate(page: Page): Promise<Page> {
  const popup = page.waitForEvent('popup')
  await page.evaluate(() => {
    open(location.href)
  })
  return popup
}
