import type { BrowserContext, Page } from '@playwright/test'
import { enterPassword, expectSignedIn, expectSignedOut } from './journeys.ts'
import { expect, test } from './test.ts'

const openButton = (page: Page) => page.getByRole('button', { name: 'Sign in by a window' })

/** Types something, and opens the window in a click. */
async function openWindow(page: Page): Promise<Page> {
  await page.goto('/popups')
  await page.getByLabel('Something half done').fill('Dear Sir or Madam')
  const opening = page.waitForEvent('popup')
  await openButton(page).click()
  return opening
}

async function expectPageStayed(page: Page): Promise<void> {
  await expect(page).toHaveURL('/popups')
  await expect(page.getByLabel('Something half done')).toHaveValue('Dear Sir or Madam')
}

/** Says in the page whether a window it has opened looks closed to it: the last one that was opened. */
async function noteWindows(page: Page): Promise<() => Promise<boolean>> {
  await page.addInitScript(() => {
    const { open } = window
    window.open = (...values) => {
      const opened = open.apply(window, values)
      Object.assign(window, { lastOpened: opened })
      return opened
    }
  })
  return () => page.evaluate(() => (window as unknown as { lastOpened: Window }).lastOpened.closed)
}

/** Every page of the provider is served with this header. */
async function serveProviderWith(context: BrowserContext, issuer: string, policy: string): Promise<void> {
  await context.route(`${issuer}/**`, async (route) => {
    const request = route.request()
    if (request.resourceType() !== 'document') return route.fallback()
    const response = await route.fetch({ maxRedirects: 0 })
    await route.fulfill({
      response,
      headers: { ...response.headers(), 'cross-origin-opener-policy': policy },
    })
  })
}

for (const keeper of ['memory', 'vault', 'sealed vault'] as const) {
  test.describe(`a sign-in by a window, with tokens in the ${keeper}`, () => {
    test.use({ keeper })

    test('signs the page in without leaving it, and loads nothing of the app in the window', async ({
      page,
      demo,
      idp,
    }) => {
      const popup = await openWindow(page)
      const closed = popup.waitForEvent('close')
      demo.clearRequests()
      await enterPassword(popup)
      await closed
      await expectSignedIn(page)
      await expectPageStayed(page)
      await expect(page.getByRole('main')).toContainText('this page was never left')
      const loaded = demo.requests.map(({ url }) => url.split('?')[0] ?? '')
      expect(loaded).toContain('/silent-callback.html')
      expect(loaded.filter((path) => /index|callback$/.test(path))).toEqual([])
      const exchanges = idp.requests.filter(({ grantType }) => grantType === 'authorization_code')
      expect(exchanges).toHaveLength(1)
    })
  })
}

test.describe('a sign-in by a window', () => {
  test('is told when the person closes it, and lets them try again', async ({ page }) => {
    await page.clock.install()
    const popup = await openWindow(page)
    await expect(popup.getByLabel('Username')).toBeVisible()
    // Nobody is so quick that the window was not seen before.
    await page.clock.runFor(2000)
    await popup.close()
    await page.clock.runFor(5000)
    await expect(page.getByRole('alert')).toContainText('The window was closed')
    await expectSignedOut(page)
    const opening = page.waitForEvent('popup')
    await openButton(page).click()
    await enterPassword(await opening)
    await expectSignedIn(page)
    await expectPageStayed(page)
  })

  test('offers the redirect where the browser blocks the window', async ({ page }) => {
    await page.addInitScript(() => {
      window.open = () => null
    })
    await page.goto('/popups')
    await openButton(page).click()
    await expect(page.getByRole('alert')).toContainText('did not let the window open')
    await page.getByRole('button', { name: 'Leave the page instead' }).click()
    await enterPassword(page)
    await expectSignedIn(page)
    await expect(page).toHaveURL('/popups')
    // It was left, so nothing else is said.
    await expect(page.getByRole('region', { name: 'Sign in by a window' })).not.toContainText('never left')
  })

  test('shows what the provider refused', async ({ page }) => {
    const popup = await openWindow(page)
    await popup.getByRole('button', { name: 'Cancel' }).click()
    await expect(page.getByRole('alert')).toContainText('The sign-in was cancelled')
    await expectSignedOut(page)
    await expectPageStayed(page)
  })

  test('is one for two clicks', async ({ page, context }) => {
    await openWindow(page)
    await openButton(page).click()
    expect(context.pages()).toHaveLength(2)
  })

  test('signs in every other tab', async ({ page, context }) => {
    const other = await context.newPage()
    await other.goto('/')
    await enterPassword(await openWindow(page))
    await expectSignedIn(page)
    await other.bringToFront()
    await expectSignedIn(other)
  })
})

const policies = ['same-origin', 'same-origin-allow-popups', 'noopener-allow-popups'] as const

for (const app of ['none', ...policies] as const) {
  for (const provider of ['none', ...policies] as const) {
    if (app === 'none' && provider === 'none') continue
    test(`survives Cross-Origin-Opener-Policy: app ${app}, provider ${provider} (POP-02)`, async ({
      page,
      context,
      demo,
      idp,
    }) => {
      if (app !== 'none') demo.addHeader('cross-origin-opener-policy', app)
      if (provider !== 'none') await serveProviderWith(context, idp.issuer, provider)
      await page.clock.install()
      const looksClosed = await noteWindows(page)
      const popup = await openWindow(page)
      await expect(popup.getByLabel('Username')).toBeVisible()
      // The browser tells the page of the cut when the new page is there already.
      if (app === 'same-origin' || provider === 'same-origin') await expect.poll(looksClosed).toBe(true)
      // Longer than a window that can be seen is waited for after it was closed.
      await page.clock.runFor(5000)
      await enterPassword(popup)
      await expectSignedIn(page)
      await expectPageStayed(page)
      await expect.poll(() => popup.isClosed()).toBe(true)
    })
  }
}

test('notices a window that was closed though a header had cut it off', async ({ page, demo }) => {
  demo.addHeader('cross-origin-opener-policy', 'same-origin')
  await page.clock.install()
  const popup = await openWindow(page)
  await expect(popup.getByLabel('Username')).toBeVisible()
  await popup.close()
  // The person is back.
  await page.evaluate(() => dispatchEvent(new Event('focus')))
  await page.clock.runFor(11_000)
  await expect(page.getByRole('alert')).toContainText('The window was closed')
})

test('the callback page of an app without a silent one passes the answer on', async ({ page, demo }) => {
  // The same page of the app, but the window is sent back to the callback: see `silentRedirectUri`.
  await page.route('**/assets/index-*.js', async (route) => {
    const response = await route.fetch()
    const code = await response.text()
    const without = code.replace(/silentRedirectUri:[`'"]\/silent-callback\.html[`'"],/, '')
    expect(without).not.toBe(code)
    await route.fulfill({ response, body: without })
  })
  const popup = await openWindow(page)
  demo.clearRequests()
  const closed = popup.waitForEvent('close')
  await enterPassword(popup)
  await closed
  expect(demo.requests.some(({ url }) => url.startsWith('/callback?'))).toBe(true)
  await expectSignedIn(page)
  await expectPageStayed(page)
})
