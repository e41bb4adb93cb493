import type { Page } from '@playwright/test'
import { expectSignedIn, openTabInSession, sessionLog, signIn } from './journeys.ts'
import { grants } from './provider-log.ts'
import { expect, test } from './test.ts'

const card = (page: Page) => page.getByRole('region', { name: 'Switch the organization' })

/** The window closes by itself, because the provider knows the person. */
async function switchTo(page: Page, name: 'North' | 'South' | 'East'): Promise<void> {
  await card(page).getByRole('button', { name }).click()
}

for (const keeper of ['memory', 'vault'] as const) {
  test.describe(`another organization, with tokens in the ${keeper}`, () => {
    test.use({ keeper })

    test('takes the place of the one before, in every tab and after a reload', async ({
      page,
      context,
      idp,
    }) => {
      await signIn(page, 'alice', '/popups')
      const other = await openTabInSession(context, '/popups')
      await page.bringToFront()
      await page.getByLabel('Your note').fill('Dear Sir or Madam')
      await switchTo(page, 'North')
      await expect(card(page)).toContainText('You are here for: North')
      await switchTo(page, 'South')
      await expect(card(page)).toContainText('You are here for: South')
      await expect(page.getByLabel('Your note')).toHaveValue('Dear Sir or Madam')
      await expect(card(other)).toContainText('You are here for: South')
      // Caches are cleared: the same person, and another identity.
      await expect(sessionLog(page).getByText('Alice Liddell is signed in')).toHaveCount(3)
      expect(grants(idp, 'authorization_code')).toHaveLength(3)
      await other.close()
      await page.reload()
      await expectSignedIn(page)
      await expect(card(page)).toContainText('You are here for: South')
    })

    test('leaves the session as it was where the provider lets nobody in', async ({ page }) => {
      await signIn(page, 'alice', '/popups')
      await switchTo(page, 'North')
      await expect(card(page)).toContainText('You are here for: North')
      await switchTo(page, 'East')
      await expect(card(page).getByRole('alert')).toContainText('cancelled')
      await expect(card(page)).toContainText('You are here for: North')
      await expectSignedIn(page)
    })
  })
}
