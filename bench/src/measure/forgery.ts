import type { Browser } from '@playwright/test'
import { openApp, settle, untilDecided, withContext } from '../journeys.ts'
import type { Site } from '../site.ts'

/** Whether an ID token whose signature is wrong signs somebody in. */
export async function measureForgery(browser: Browser, site: Site): Promise<'refused' | 'taken'> {
  return withContext(browser, site, async (context) => {
    const page = await context.newPage()
    await openApp(page, site)
    await untilDecided(page)
    site.provider.isForging = true
    try {
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByLabel('Username').fill('alice')
      await page.getByLabel('Password').fill('wonderland')
      await page.getByRole('button', { name: 'Sign in' }).click()
      const allow = page.getByRole('button', { name: 'Allow' })
      await allow.or(page.locator('#root')).first().waitFor({ state: 'attached' })
      if (await allow.isVisible()) await allow.click()
      await settle(page, 2000)
      return (await page.locator('#name:not(:empty)').count()) > 0 ? 'taken' : 'refused'
    } finally {
      site.provider.isForging = false
    }
  })
}
