import { callApi, expectSignedIn, orders, refreshNow, sessionLog, signIn, visit } from './journeys.ts'
import { grants } from './provider-log.ts'
import { expect, test } from './test.ts'

test('a token is renewed before it expires, without anybody asking', async ({ page, idp }) => {
  await page.clock.install()
  await signIn(page)
  await page.clock.fastForward('03:00')
  expect(grants(idp, 'refresh_token')).toHaveLength(0)
  await page.clock.fastForward('01:30')
  await expect(sessionLog(page)).toContainText('a new access token')
  expect(grants(idp, 'refresh_token')).toMatchObject([{ status: 200 }])
  await expectSignedIn(page)
})

test('one refresh after the other brings a new token, each time with the latest refresh token', async ({
  page,
  idp,
}) => {
  await signIn(page)
  for (const refreshes of [1, 2, 3]) {
    await refreshNow(page)
    await expect.poll(() => grants(idp, 'refresh_token')).toHaveLength(refreshes)
  }
  await visit(page, 'Orders')
  await callApi(page)
  await expect(orders(page)).toBeVisible()
  expect(grants(idp, 'refresh_token').every(({ status }) => status === 200)).toBe(true)
})

test('a device whose clock is wrong by a day can sign in and refresh', async ({ page, idp }) => {
  await page.clock.install({ time: Date.now() + 24 * 60 * 60 * 1000 })
  await signIn(page)
  await refreshNow(page)
  expect(grants(idp, 'refresh_token')).toMatchObject([{ status: 200 }])
  await expectSignedIn(page)
})
