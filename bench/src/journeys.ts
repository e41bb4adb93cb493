import type { Browser, BrowserContext, ConsoleMessage, Page } from '@playwright/test'
import type { Told } from '../app/tell.ts'
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

/** What the app tells first after something. Nothing runs in its page meanwhile, or it would take time of what is measured. */
export async function toldAfter(page: Page, go: () => Promise<unknown>): Promise<Told> {
  const [told] = await Promise.all([nextTold(page), go()])
  return told
}

/** Presses the app's button and does at the provider whatever it asks for. */
export async function signIn(page: Page, { app }: Site): Promise<Told> {
  const [told] = await Promise.all([nextTold(page, 'signed in'), answerProvider()])
  return told

  async function answerProvider(): Promise<void> {
    let next = nextAddress(page)
    await page.getByRole('button', { name: 'Sign in' }).click()
    while (!(await next).startsWith(app.url)) {
      const form = page.locator('#username, button[value=allow]').first()
      const asksWho = (await form.getAttribute('id')) === 'username'
      if (asksWho) {
        await page.getByLabel('Username').fill('alice')
        await page.getByLabel('Password').fill('wonderland')
      }
      next = nextAddress(page)
      await page.getByRole('button', { name: asksWho ? 'Sign in' : 'Allow' }).click()
    }
  }
}

async function nextTold(page: Page, status?: Told['status']): Promise<Told> {
  const message = await page.waitForEvent('console', (message) => {
    const told = parseTold(message)
    return told !== undefined && (status === undefined || told.status === status)
  })
  return parseTold(message) as Told
}

function parseTold(message: ConsoleMessage): Told | undefined {
  const [, told] = /^bench: (.*)/.exec(message.text()) ?? []
  return told === undefined ? undefined : (JSON.parse(told) as Told)
}

/** Where the page is once it has left where it is now. */
async function nextAddress(page: Page): Promise<string> {
  return (await page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame())).url()
}

/** Lets what goes on behind the scenes come to its end. */
export async function settle(page: Page, ms = 300): Promise<void> {
  await page.waitForTimeout(ms)
}
