import { watchFrames } from './frames.ts'
import {
  callApi,
  expectSignedIn,
  expectSignedOut,
  forgetSession,
  giveUpFrame,
  header,
  heading,
  orders,
  rungs,
  signIn,
  signInAt,
} from './journeys.ts'
import { authorizations, grants } from './provider-log.ts'
import { historyOf } from './tab-history.ts'
import { expect, test } from './test.ts'

test.describe('a reload of the only tab, on the provider’s own site', () => {
  test('asks in a hidden frame, by the fewest requests, and leaves no trace of it', async ({
    page,
    idp,
    demo,
  }) => {
    await signInAt(page, '/profile/details?tab=session#x')
    const before = await historyOf(page)
    idp.clearRequests()
    demo.clearRequests()
    const frames = watchFrames(page)
    await page.reload()
    await expectSignedIn(page)
    await expect(heading(page)).toHaveText('Profile details')
    await expect(page).toHaveURL('/profile/details?tab=session#x')
    await expect(rungs(page)).toHaveText([
      /^Another tab had nothing, \d+ ms$/,
      /^The provider, in a hidden frame had the session, \d+ ms$/,
    ])
    expect(idp.requests.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'GET /auth',
      'GET /jwks',
      'POST /token',
    ])
    await expect(page.locator('iframe')).toHaveCount(0)
    expect(frames.count()).toBe(1)
    expect(await historyOf(page)).toEqual(before)
  })

  test('waits for no other tab, where none says that it has the session', async ({ page }) => {
    await page.clock.install()
    await signIn(page)
    // No timer fires any more: a page that gives others time to answer would do so for ever.
    await page.clock.pauseAt(Date.now() + 1000)
    await page.reload()
    await expectSignedIn(page)
    await expect(rungs(page).last()).toHaveText(/^The provider, in a hidden frame had the session/)
  })

  test('does not load the app a second time in the frame: its page is one tiny script', async ({
    page,
    idp,
    demo,
  }) => {
    await signIn(page)
    const frames = watchFrames(page)
    await page.reload()
    await expectSignedIn(page)
    const [asked, answered, ...scripts] = frames.loaded()
    expect([asked, answered]).toEqual([`${idp.issuer}/auth`, `${demo.url}/silent-callback.html`])
    let bytes = 0
    for (const script of scripts) bytes += (await (await fetch(script)).text()).length
    expect(scripts).not.toEqual([])
    expect(bytes).toBeLessThan(1500)
  })

  test('takes the name off where the provider knows nobody any more, and does not ask again', async ({
    page,
    idp,
    context,
  }) => {
    await signIn(page)
    await context.clearCookies()
    idp.clearRequests()
    await page.reload()
    await expectSignedOut(page)
    await expect(rungs(page).last()).toHaveText(/^The provider, in a hidden frame knew nobody/)
    await page.reload()
    await expectSignedOut(page)
    await expect(heading(page)).toHaveText('See a login from the inside')
    expect(authorizations(idp)).toHaveLength(1)
    expect(grants(idp, 'authorization_code')).toEqual([])
  })

  test('of several tabs at once asks by one of them', async ({ page, context, idp }) => {
    await signIn(page)
    await page.goto('about:blank')
    idp.clearRequests()
    const tabs = await Promise.all([1, 2, 3].map(() => context.newPage()))
    await Promise.all(tabs.map((tab) => tab.goto('/orders')))
    for (const tab of tabs) {
      await expectSignedIn(tab)
      await callApi(tab)
      await expect(orders(tab)).toBeVisible()
    }
    expect(authorizations(idp)).toHaveLength(1)
    expect(grants(idp, 'authorization_code')).toHaveLength(1)
  })

  test('is decided in time where the provider never answers, and found later without a click', async ({
    page,
    idp,
  }) => {
    await page.clock.install()
    await signIn(page)
    idp.clearRequests()
    idp.addFault({ path: '/auth', hang: true, times: 1 })
    await page.reload()
    await expect.poll(() => authorizations(idp)).toHaveLength(1)
    await giveUpFrame(page)
    await expect(header(page).getByRole('button', { name: 'Sign in' })).toBeEnabled()
    // The frame is given up; being seen again is a reason to look again.
    await expect(rungs(page).filter({ hasText: 'hidden frame' })).toHaveText(/took too long/)
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await expectSignedIn(page)
  })
})

test('where nothing says that somebody was here, a reload asks nobody', async ({ page, idp }) => {
  await signIn(page)
  await forgetSession(page)
  idp.clearRequests()
  const frames = watchFrames(page)
  await page.reload()
  await expectSignedOut(page)
  expect(idp.requests).toEqual([])
  expect(frames.count()).toBe(0)
})
