import type { Browser, BrowserContext, Page } from '@playwright/test'
import type { Site } from './site.ts'

/** How long anything may take before it counts as not happening. */
const patienceMs = 10_000

/** A browser without a past, as far as the app is concerned; the provider may know the person. */
export async function withContext<T>(
  browser: Browser,
  site: Site,
  use: (context: BrowserContext) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext()
  context.setDefaultTimeout(patienceMs)
  try {
    return await use(context)
  } catch (error) {
    throw new Error(`With ${site.entry.title}:`, { cause: error })
  } finally {
    await context.close()
  }
}

export async function openApp(page: Page, site: Site): Promise<void> {
  await page.goto(site.app.url)
}

/** Until the app shows who is signed in, or that nobody is. */
export async function untilDecided(page: Page): Promise<'signed in' | 'signed out'> {
  await page.locator('#name:not(:empty), button').first().waitFor()
  return (await page.locator('#name').count()) > 0 ? 'signed in' : 'signed out'
}

/** Presses the app's button and does at the provider whatever it asks for. */
export async function signIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click()
  const next = page.locator('#name:not(:empty), #username, button[value=allow]').first()
  for (;;) {
    await next.waitFor()
    const what = await next.getAttribute('id')
    if (what === 'name') return
    if (what === 'username') {
      await page.getByLabel('Username').fill('alice')
      await page.getByLabel('Password').fill('wonderland')
      await Promise.all([leaves(page), page.getByRole('button', { name: 'Sign in' }).click()])
    } else {
      await Promise.all([leaves(page), page.getByRole('button', { name: 'Allow' }).click()])
    }
  }
}

/** The page that is shown now is no longer. */
async function leaves(page: Page): Promise<void> {
  await page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame())
}

/** Lets what goes on behind the scenes come to its end. */
export async function settle(page: Page, ms = 300): Promise<void> {
  await page.waitForTimeout(ms)
}
