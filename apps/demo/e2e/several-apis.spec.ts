import type { Locator, Page } from '@playwright/test'
import { expectSignedIn, openTabInSession, signInAt } from './journeys.ts'
import { grants, requestsTo } from './provider-log.ts'
import { expect, test } from './secrets/test.ts'

const card = (page: Page, name: 'Orders' | 'Stock'): Locator => page.getByRole('region', { name })

async function ask(page: Page, name: 'Orders' | 'Stock'): Promise<void> {
  await card(page, name).getByRole('button', { name: /^Ask/ }).click()
}

for (const keeper of ['memory', 'sealed vault'] as const) {
  test.describe(`with the tokens in ${keeper}`, () => {
    test.use({ keeper })

    test('two APIs get tokens of their own, the second one once somebody has signed in for it (RFC 8707)', async ({
      page,
      context,
      idp,
      problems,
      secretsIn,
    }) => {
      // The provider says that the sign-in did not name the stock API.
      problems.allow(/status of 400/)
      await signInAt(page, '/apis')
      await ask(page, 'Orders')
      await expect(card(page, 'Orders')).toContainText('There are 3 orders.')
      await expect(card(page, 'Orders')).toContainText('openid profile email')
      expect(grants(idp, 'refresh_token')).toEqual([])

      await ask(page, 'Stock')
      await expect(card(page, 'Stock')).toContainText('did not ask for this')
      expect(requestsTo(idp, '/stock')).toEqual([])
      await expectSignedIn(page)
      await page.getByRole('button', { name: 'Sign in for it' }).click()
      await expect(page).toHaveURL('/apis')
      await expectSignedIn(page)

      idp.clearRequests()
      await ask(page, 'Stock')
      await expect(card(page, 'Stock')).toContainText('There are 3 items.')
      await expect(card(page, 'Stock')).toContainText('stock:read')
      await ask(page, 'Orders')
      await expect(card(page, 'Orders')).toContainText('There are 3 orders.')
      await expect(card(page, 'Orders')).not.toContainText('stock:read')
      await ask(page, 'Stock')
      await expect.poll(() => requestsTo(idp, '/stock')).toMatchObject([{ status: 200 }, { status: 200 }])
      expect(grants(idp, 'refresh_token')).toMatchObject([{ status: 200 }])
      expect(await secretsIn(page)).toEqual([])

      const second = await openTabInSession(context, '/apis')
      await ask(second, 'Stock')
      await expect(card(second, 'Stock')).toContainText('There are 3 items.')
      expect(grants(idp, 'refresh_token')).toHaveLength(1)
      expect(idp.reuses).toEqual([])
    })
  })
}
