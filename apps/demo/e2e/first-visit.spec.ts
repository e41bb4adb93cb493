import type { Page } from '@playwright/test'
import type { DemoServer } from './demo-server.ts'
import { enterPassword, expectPasswordPage, expectSignedIn, heading, startSignIn } from './journeys.ts'
import { expect, test } from './test.ts'

/** Notes every title that the page shows, from the very first one on, and whether the person was made to wait. */
async function watchTitles(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.addInitScript(() => {
    const shown: string[] = []
    Object.assign(window, { shown })
    const note = () => {
      const title = document.querySelector('h1')?.textContent
      const busy = document.querySelector('main [role=status], header button:disabled') ? ' (busy)' : ''
      if (title && shown.at(-1) !== title + busy) shown.push(title + busy)
    }
    new MutationObserver(note).observe(document, { characterData: true, childList: true, subtree: true })
    const everyFrame = () => {
      note()
      requestAnimationFrame(everyFrame)
    }
    requestAnimationFrame(everyFrame)
  })
  return () => page.evaluate(() => (window as unknown as { shown: string[] }).shown)
}

/** The scripts that the browser has loaded so far and that can speak to a token endpoint. */
async function protocolScripts({ url: origin, requests }: DemoServer): Promise<readonly string[]> {
  const scripts = [...new Set(requests.map(({ url }) => url))].filter((url) => url.endsWith('.js'))
  expect(scripts).not.toEqual([])
  const texts = await Promise.all(scripts.map(async (script) => (await fetch(origin + script)).text()))
  return scripts.filter((_script, index) => texts[index]?.includes('code_verifier'))
}

test('somebody who comes for the first time costs the provider and the API nothing', async ({
  page,
  idp,
}) => {
  await page.goto('/', { waitUntil: 'networkidle' })
  await expect(heading(page)).toHaveText('See a login from the inside')
  expect(idp.requests).toEqual([])
})

test('the first thing shown is the signed-out page, not a wait', async ({ page }) => {
  const titles = await watchTitles(page)
  await page.goto('/', { waitUntil: 'networkidle' })
  await expect(heading(page)).toHaveText('See a login from the inside')
  expect(await titles()).toEqual(['See a login from the inside'])
})

test('the first thing shown of a guarded page is a wait, so that the test above is able to see one', async ({
  page,
  idp,
}) => {
  idp.addFault({ path: '/.well-known/openid-configuration', hang: true, times: 1 })
  const titles = await watchTitles(page)
  await page.goto('/profile')
  await expect(page.getByRole('status')).toHaveText('One moment …')
  expect(await titles()).toEqual(['Taking you to the sign-in (busy)'])
})

test('the callback shows a wait and then the page, with nothing in between', async ({ page }) => {
  await page.goto('/')
  await startSignIn(page)
  await expectPasswordPage(page)
  const titles = await watchTitles(page)
  await enterPassword(page)
  await expectSignedIn(page)
  expect(await titles()).toEqual(['Signing you in (busy)', 'Hello, Alice Liddell'])
})

test('the protocol is not loaded before the first click, and then it is', async ({ page, demo }) => {
  await page.goto('/', { waitUntil: 'networkidle' })
  expect(await protocolScripts(demo)).toEqual([])
  await startSignIn(page)
  await expectPasswordPage(page)
  expect(await protocolScripts(demo)).toHaveLength(1)
})

test('nothing is stored before the first click', async ({ page, context }) => {
  await page.goto('/', { waitUntil: 'networkidle' })
  expect(await page.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage)])).toEqual([
    [],
    [],
  ])
  expect(await page.evaluate(() => indexedDB.databases())).toEqual([])
  expect(await context.cookies()).toEqual([])
})
