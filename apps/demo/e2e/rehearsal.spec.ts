import {
  callApi,
  expectSignedIn,
  expectSignedOut,
  openTabInSession,
  orders,
  rungs,
  sessionLog,
  signIn,
  signOutHereOnly,
  visit,
  whereabouts,
} from './journeys.ts'
import { grants, requestsTo } from './provider-log.ts'
import { expect, test } from './test.ts'

test('“Expire now” expires the token in both tabs, and the next call refreshes once for both', async ({
  page,
  context,
  idp,
}) => {
  await signIn(page)
  const second = await openTabInSession(context, '/orders')
  await page.getByRole('button', { name: 'Expire now' }).click()
  for (const tab of [page, second]) await expect(tab.getByText('0 s left', { exact: true })).toBeVisible()
  expect(grants(idp, 'refresh_token')).toEqual([])

  await callApi(second)
  await expect(orders(second)).toBeVisible()
  for (const tab of [page, second]) {
    await expect(sessionLog(tab)).toContainText('a new access token')
    await expect(tab.getByText(/^(29\d|300) s left$/)).toBeVisible()
  }
  expect(grants(idp, 'refresh_token')).toMatchObject([{ status: 200 }])
  // The log goes by the clock on the wall, whatever the SDK takes it to be.
  const stamp = await sessionLog(page).locator('time').first().getAttribute('datetime')
  expect(Date.parse(stamp ?? '')).toBeLessThanOrEqual(Date.now())

  await page.reload()
  await expectSignedIn(page)
  await expect(page.getByText(/^(2\d\d|300) s left$/)).toBeVisible()
})

test('“Go offline” cuts off the SDK in this tab, which signs nobody out, and “Go online” ends it', async ({
  page,
  idp,
}) => {
  await signIn(page)
  await visit(page, 'Orders')
  idp.clearRequests()
  await page.getByRole('button', { name: 'Go offline' }).click()
  await callApi(page)
  await expect(page.getByRole('main')).toContainText('The API cannot be reached. This tab is offline.')
  await page.getByRole('button', { name: 'Refresh now' }).click()
  await expect(page.getByRole('complementary')).toContainText('The sign-in service cannot be reached.')
  await expectSignedIn(page)
  expect(idp.requests).toEqual([])

  await page.getByRole('button', { name: 'Go online' }).click()
  await callApi(page)
  await expect(orders(page)).toBeVisible()
  expect(requestsTo(idp, '/orders')).toMatchObject([{ status: 200 }])
})

test('the switch for where the tokens are kept is obeyed, by all tabs, and says what follows from it', async ({
  page,
  context,
}) => {
  await page.goto('/')
  await page.getByRole('radio', { name: /In the vault/ }).click()
  await expect(page.getByRole('radio', { name: /In the vault/ })).toBeChecked()
  await signIn(page)
  await expect(whereabouts(page)).toContainText('in the vault')
  await expect(page.getByRole('button', { name: 'Go offline' })).toBeDisabled()
  await expect(page.getByRole('button', { name: 'Expire now' })).toBeDisabled()
  await expect(page.getByRole('radio', { name: /In the vault/ })).toBeDisabled()

  const opened = context.waitForEvent('page')
  await page.getByRole('link', { name: 'Open another tab' }).click()
  const second = await opened
  await expectSignedIn(second)
  await expect(rungs(second)).toHaveText(/^The vault had the session/)

  await signOutHereOnly(page)
  await expectSignedOut(page)
  await expectSignedOut(second)
  await page.getByRole('radio', { name: /memory/ }).click()
  await expect(page.getByRole('radio', { name: /memory/ })).toBeChecked()
  await signInAgain()
  await expect(whereabouts(page)).toHaveText('Tokens in this page’s memory.')

  async function signInAgain(): Promise<void> {
    await page.getByRole('banner').getByRole('button', { name: 'Sign in' }).click()
    await expectSignedIn(page)
  }
})

test('a window beside this one is a tab of its own in the same session', async ({ page, context }) => {
  await signIn(page)
  const opened = context.waitForEvent('page')
  await page.getByRole('button', { name: 'Open a window beside this one' }).click()
  const beside = await opened
  await expectSignedIn(beside)
  expect(await beside.evaluate(() => [opener, sessionStorage.length])).toEqual([null, 0])
})
