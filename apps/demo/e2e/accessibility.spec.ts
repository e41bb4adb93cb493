import type { Locator, Page } from '@playwright/test'
import {
  callApi,
  chooseClient,
  enterPassword,
  expectPasswordPage,
  expectSignedIn,
  header,
  heading,
  orders,
  pageNames,
  person,
  signIn,
  signOutHereOnly,
  startSignIn,
  visit,
} from './journeys.ts'
import { expect, test } from './test.ts'

test.describe('with the keyboard alone', () => {
  /** Presses Tab until the element has the focus, as often as a patient person would. */
  async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    for (let presses = 0; presses < 30; presses += 1) {
      await page.keyboard.press(key)
      if (await target.evaluate((element) => element === document.activeElement)) return
    }
    throw new Error(`${key} does not reach ${target}.`)
  }

  test('somebody signs in, calls the API and signs out', async ({ page }) => {
    await page.goto('/')
    await expect(heading(page)).toBeVisible()
    await tabTo(page, header(page).getByRole('button', { name: 'Sign in' }))
    await page.keyboard.press('Enter')

    await expect(page.getByLabel('Username')).toBeFocused()
    await page.keyboard.type('alice')
    await page.keyboard.press('Tab')
    await expect(page.getByLabel('Password')).toBeFocused()
    await page.keyboard.type(person('alice').password)
    await page.keyboard.press('Enter')
    await expectSignedIn(page)
    await expect(heading(page)).toBeFocused()

    await tabTo(page, header(page).getByRole('link', { name: 'Orders' }), 'Shift+Tab')
    await page.keyboard.press('Enter')
    await expect(heading(page)).toHaveText('Orders')
    await expect(heading(page)).toBeFocused()

    await tabTo(page, page.getByRole('button', { name: 'Call the API' }))
    await page.keyboard.press('Space')
    await expect(orders(page)).toBeVisible()

    await page.reload()
    await expectSignedIn(page)
    await tabTo(page, header(page).getByRole('button', { name: 'Sign out' }))
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL('/')
    await expect(heading(page)).toHaveText('See a login from the inside')
  })

  test('the skip link passes the header by', async ({ page }) => {
    await page.goto('/')
    await expect(heading(page)).toBeVisible()
    await page.keyboard.press('Tab')
    await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('main')).toBeFocused()
  })
})

test.describe('the focus', () => {
  test('is on the heading after each way to another page', async ({ page }) => {
    await signIn(page)
    await expect(heading(page)).toBeFocused()
    for (const name of ['Profile', 'Orders'] as const) {
      await visit(page, name)
      await expect(heading(page)).toHaveText(name)
      await expect(heading(page)).toBeFocused()
    }
  })

  test('stays where it is through a refresh and an API call', async ({ page }) => {
    await signIn(page)
    await visit(page, 'Orders')
    await callApi(page)
    await expect(orders(page)).toBeVisible()
    await expect(page.getByRole('button', { name: 'Call the API' })).toBeFocused()
    const refresh = page.getByRole('button', { name: 'Refresh now' })
    await refresh.press('Enter')
    await expect(page.getByRole('log')).toContainText('a new access token')
    await expect(refresh).toBeFocused()
  })
})

test('every page has one heading and a title that says which page it is', async ({ page }) => {
  await signIn(page)
  await expect(page).toHaveTitle('Home – Latchkey demo')
  for (const name of pageNames) {
    await visit(page, name)
    await expect(page).toHaveTitle(`${name} – Latchkey demo`)
    await expect(heading(page)).toHaveCount(1)
  }
})

test('an error is announced when it comes', async ({ page, idp, problems }) => {
  problems.allow(/ERR_CONNECTION_REFUSED/)
  await page.goto('/')
  await idp.goDown()
  await startSignIn(page)
  await expect(page.getByRole('alert')).toBeVisible()
})

test.describe('on a phone of 320 pixels', () => {
  test.use({ viewport: { width: 320, height: 640 } })

  async function expectNoSidewaysScroll(page: Page): Promise<void> {
    const { width, visible } = await page.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      visible: document.documentElement.clientWidth,
    }))
    expect(width, `${await page.title()} at ${page.url()}`).toBeLessThanOrEqual(visible)
  }

  test('no page scrolls sideways', async ({ page }) => {
    await page.goto('/')
    await expectNoSidewaysScroll(page)
    await startSignIn(page)
    await expectPasswordPage(page)
    await expectNoSidewaysScroll(page)
    await enterPassword(page)
    await expectSignedIn(page)
    await expectNoSidewaysScroll(page)

    await visit(page, 'Profile')
    await expect(heading(page)).toHaveText('Profile')
    await expectNoSidewaysScroll(page)
    await page.getByRole('link', { name: /^Details/ }).click()
    await expect(heading(page)).toHaveText('Profile details')
    await expectNoSidewaysScroll(page)
    await page.getByRole('link', { name: 'Session', exact: true }).click()
    await expect(page.getByRole('main')).toContainText('Granted scope')
    await expectNoSidewaysScroll(page)

    await visit(page, 'Orders')
    await callApi(page)
    await expect(orders(page)).toBeVisible()
    await expectNoSidewaysScroll(page)
    await visit(page, 'APIs')
    await page.getByRole('button', { name: 'Ask the orders API' }).click()
    await expect(page.getByRole('region', { name: 'Orders' })).toContainText('Its token allows')
    await expectNoSidewaysScroll(page)
    await visit(page, 'Photos')
    await expect(heading(page)).toHaveText('Photos')
    await expectNoSidewaysScroll(page)
    await visit(page, 'Step-up')
    await expect(orders(page)).toBeVisible()
    await expectNoSidewaysScroll(page)
    for (const name of [
      'Hooks',
      'Guards',
      'Popups',
      'Routers',
      'Server rendering',
      'Tenants',
      'Test kit',
    ] as const) {
      await visit(page, name)
      await expect(heading(page)).toHaveText(name)
      for (const file of await page.getByRole('main').locator('summary').all()) await file.click()
      await expectNoSidewaysScroll(page)
    }
    await visit(page, 'Step-up')
    await page.getByRole('button', { name: 'Session', exact: true }).click()
    await expect(page.getByRole('log')).toBeVisible()
    await expectNoSidewaysScroll(page)
    await signOutHereOnly(page)
    await expect(heading(page)).toHaveText('You are signed out')
    await expectNoSidewaysScroll(page)
    await page.goto('/no-such-page')
    await expectNoSidewaysScroll(page)
  })

  test('nor do the pages of a sign-in that is denied', async ({ page }) => {
    await chooseClient(page)
    await startSignIn(page)
    await enterPassword(page)
    await expect(page.getByRole('button', { name: 'Deny' })).toBeVisible()
    await expectNoSidewaysScroll(page)
    await page.getByRole('button', { name: 'Deny' }).click()
    await expect(page.getByRole('alert')).toBeVisible()
    await expectNoSidewaysScroll(page)
  })
})
