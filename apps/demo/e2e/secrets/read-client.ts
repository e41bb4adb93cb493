import type { Page } from '@playwright/test'
import { clientOf } from '../client-of-page.ts'
import type { Readable } from './page-contents.ts'

/** What the demo itself is told, and may write down. */
export async function readClient(page: Page): Promise<readonly Readable[]> {
  // The silent callback is no page of the app.
  if ((await page.locator('header').count()) === 0) return []
  const client = await clientOf(page)
  const text = await client.evaluate(({ explain, getState }) => JSON.stringify([explain(), getState()]))
  return [{ place: 'explain()', text }]
}
