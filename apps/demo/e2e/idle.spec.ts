import type { BrowserContext, Page } from '@playwright/test'
import { expectSignedIn, expectSignedOut, openTabInSession, signIn } from './journeys.ts'
import { requestsTo } from './provider-log.ts'
import { expect, test } from './test.ts'

/** Long enough for a page to load, and short enough to wait for. */
const seconds = 9

const countdown = (page: Page) => page.getByRole('timer')

async function chooseTimeout(context: BrowserContext): Promise<void> {
  await context.addInitScript((text) => {
    if (location.protocol === 'http:') localStorage.setItem('latchkey-demo.idle-timeout', text)
  }, String(seconds))
}

for (const keeper of ['memory', 'vault'] as const) {
  test.describe(`a session with an idle timeout, kept in: ${keeper}`, () => {
    test.use({ keeper })

    test('counts down, is put off for all tabs by one of them, and ends in all', async ({
      page,
      context,
      idp,
    }) => {
      await chooseTimeout(context)
      await signIn(page, 'alice', '/idle')
      const other = await openTabInSession(context, '/idle')
      await page.bringToFront()
      await expect(countdown(page)).toContainText(/signed out in [2-5] s/, { timeout: 20_000 })
      await page.getByRole('button', { name: 'Stay signed in' }).click()
      await expect(countdown(page)).toContainText('you have just done something')
      await expect(countdown(page)).toContainText(/signed out in 3 s/, { timeout: 20_000 })
      await expectSignedIn(other)
      for (const tab of [page, other]) {
        await expectSignedOut(tab)
        await expect(tab.getByRole('status')).toContainText('nobody was here')
        await expect(tab).toHaveURL('/idle')
      }
      // The refresh token is of no use to whoever sits down here next.
      await expect.poll(() => requestsTo(idp, '/token/revocation').length).toBeGreaterThan(0)
      await page.reload()
      await expectSignedOut(page)
    })
  })
}
