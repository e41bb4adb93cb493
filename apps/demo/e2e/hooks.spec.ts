import type { Locator, Page } from '@playwright/test'
import { expectSignedIn, header, refreshNow, signIn, signOutHereOnly } from './journeys.ts'
import { expect, test } from './test.ts'

const card = (page: Page, hook: string): Locator => page.getByRole('region', { name: hook, exact: true })

/** How often what is in each card has rendered. */
const commits = (page: Page): Promise<string[]> => page.getByRole('main').locator('output').allTextContents()

test.describe('the hooks', () => {
  test('give each component its part of the session', async ({ page }) => {
    await signIn(page, 'alice', '/hooks')
    await expect(page).toHaveURL('/hooks')
    await expect(card(page, 'useUser(select)')).toContainText('Your roles: member, admin')
    await expect(card(page, 'withAuth(Component)')).toContainText('Good day, Alice Liddell')
    await expect(card(page, 'useSuspenseAuth()')).toContainText('Somebody is signed in.')
    await expect(card(page, 'useSessionCountdown()')).toContainText('No end in sight')
    await page.getByRole('button', { name: 'Ask for your orders' }).click()
    await expect(card(page, 'useAuthFetch()')).toContainText('The API answered 200.')
  })

  test('render nothing for a refresh', async ({ page }) => {
    await signIn(page, 'alice', '/hooks')
    await expect(card(page, 'useUser(select)')).toBeVisible()
    const before = await commits(page)
    expect(before).toHaveLength(5)
    for (const count of before) expect(Number(count)).toBeGreaterThan(0)
    await refreshNow(page)
    expect(await commits(page)).toEqual(before)
  })

  test('tell a visitor who is signed out so, and let them in', async ({ page }) => {
    await page.goto('/hooks')
    await expect(card(page, 'useSuspenseAuth()')).toContainText('Nobody is signed in.')
    await expect(card(page, 'useUser(select)')).toBeHidden()
    await expect(page.getByRole('main').getByRole('button', { name: 'Sign in' })).toBeVisible()
  })

  test('follow a sign-out', async ({ page }) => {
    await signIn(page, 'alice', '/hooks')
    await signOutHereOnly(page)
    await expect(card(page, 'useSuspenseAuth()')).toContainText('Nobody is signed in.')
    await expect(card(page, 'withAuth(Component)')).toBeHidden()
  })

  test('find the session again after a reload', async ({ page }) => {
    await signIn(page, 'alice', '/hooks')
    await page.reload()
    await expectSignedIn(page)
    await expect(card(page, 'useSuspenseAuth()')).toContainText('Somebody is signed in.')
    await expect(header(page)).toBeVisible()
  })
})
