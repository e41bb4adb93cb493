import type { BrowserContext, Page } from '@playwright/test'
import {
  enterPassword,
  expectSignedIn,
  expectSignedOut,
  openTabInSession,
  sessionLog,
  signIn,
  signOutAtProvider,
  watchIntervalMs,
  watchProvider,
} from './journeys.ts'
import { authorizations, grants } from './provider-log.ts'
import { expect, test } from './test.ts'

/** What the provider's frame says in a page, from now on. */
async function listen(page: Page, issuer: string): Promise<() => Promise<readonly unknown[]>> {
  await page.evaluate((from) => {
    const heard: unknown[] = []
    Object.assign(window, { heard })
    addEventListener('message', ({ data, origin }) => origin === from && heard.push(data))
  }, issuer)
  return () => page.evaluate(() => (window as unknown as { heard: unknown[] }).heard)
}

/** Somebody else signs in at the provider, in a tab that has nothing to do with this session. */
async function signInAtProvider(context: BrowserContext, issuer: string, appUrl: string): Promise<void> {
  const tab = await context.newPage()
  const query = new URLSearchParams({
    client_id: 'latchkey-demo',
    redirect_uri: `${appUrl}/silent-callback.html`,
    response_type: 'code',
    scope: 'openid',
    prompt: 'login',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  })
  await tab.goto(`${issuer}/auth?${query}`)
  await enterPassword(tab, 'bob')
  await tab.waitForURL(/\/silent-callback\.html\?code=/)
  await tab.close()
}

test.describe('where the provider’s session is watched (OpenID Connect Session Management 1.0)', () => {
  test.beforeEach(async ({ page, context }) => {
    await page.clock.install()
    await watchProvider(context)
  })

  test('a sign-out there, in another tab, is one here, in every tab', async ({ page, context, idp }) => {
    await signIn(page)
    const other = await openTabInSession(context, '/profile')
    idp.clearRequests()
    await signOutAtProvider(context, idp)
    await page.clock.runFor(watchIntervalMs)
    for (const tab of [page, other]) await expectSignedOut(tab)
    // Neither tab asks twice.
    expect(authorizations(idp).length).toBeLessThanOrEqual(2)
    expect(grants(idp, 'authorization_code')).toEqual([])
    await expect(page).toHaveURL('/')
  })

  test('somebody else’s sign-in there ends the session here, and takes its place nowhere', async ({
    page,
    context,
    idp,
    demo,
  }) => {
    await signIn(page)
    // In between nobody is signed in there, and that is not to be what the page finds.
    await page.clock.pauseAt(Date.now() + 60_000)
    await signInAtProvider(context, idp.issuer, demo.url)
    await page.clock.runFor(watchIntervalMs)
    await page.clock.resume()
    await expectSignedOut(page)
    await expect(sessionLog(page)).toContainText('subject_changed')
    await expect(sessionLog(page)).not.toContainText('Bob')
  })

  test('nothing is asked of the provider while nothing has changed', async ({ page, idp }) => {
    await signIn(page)
    const answers = await listen(page, idp.issuer)
    for (const rounds of [1, 2]) {
      await page.clock.runFor(watchIntervalMs)
      await expect.poll(async () => (await answers()).length).toBeGreaterThanOrEqual(rounds)
    }
    idp.clearRequests()
    const before = (await answers()).length
    for (const rounds of [1, 2, 3]) {
      await page.clock.runFor(watchIntervalMs)
      await expect.poll(async () => (await answers()).length).toBeGreaterThanOrEqual(before + rounds)
    }
    expect(new Set(await answers())).toEqual(new Set(['unchanged']))
    expect(idp.requests).toEqual([])
    await expectSignedIn(page)
  })
})
