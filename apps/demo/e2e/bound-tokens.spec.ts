import type { Locator, Page } from '@playwright/test'
import { chooseClient, expectSignedIn, heading, signInAt } from './journeys.ts'
import { grants, requestsTo } from './provider-log.ts'
import { expect, test } from './secrets/test.ts'

const card = (page: Page): Locator => page.getByRole('region', { name: 'Payments' })

async function ask(page: Page): Promise<void> {
  await card(page).getByRole('button', { name: /^Ask/ }).click()
  await expect(card(page)).toContainText('There are 2 payments.')
}

test.beforeEach(async ({ page, problems }) => {
  // A server that wants a nonce in the proof says so by a refusal: the browser's own line about it.
  problems.allow(/status of 40[01]/)
  await chooseClient(page, 'Pocket Bank')
  await signInAt(page, '/apis')
})

for (const keeper of ['memory', 'sealed vault'] as const) {
  test.describe(`with the tokens in ${keeper}`, () => {
    test.use({ keeper })

    test('an API that takes bound tokens alone is called with proofs, and with the nonces that it and the provider want (RFC 9449)', async ({
      page,
      idp,
      wire,
      secretsIn,
    }) => {
      expect(grants(idp, 'authorization_code').at(-1)).toMatchObject({ status: 200 })
      await ask(page)
      expect(requestsTo(idp, '/payments').at(-1)).toMatchObject({ status: 200 })
      idp.clearRequests()
      idp.changeNonces()
      await ask(page)
      await expect
        .poll(() => requestsTo(idp, '/payments').map(({ status }) => status))
        .toEqual(expect.arrayContaining([401, 200]))
      expect(idp.reuses).toEqual([])

      const sent = (await wire.requests()).filter(({ origin }) => origin === idp.paymentsUrl)
      expect(sent.length).toBeGreaterThan(0)
      for (const { text } of sent) expect(text).not.toMatch(/Bearer /i)
      expect(await secretsIn(page)).toEqual([])
      await page.reload()
      await expectSignedIn(page)
      await ask(page)
    })
  })
}

test('one payment is allowed in detail, and no address says which (RFC 9396, RFC 9126)', async ({ page }) => {
  const leaving = page.waitForRequest((request) => request.url().includes('/auth?'))
  await page.getByRole('button', { name: 'Pay 18.00 EUR to Brass Works' }).click()
  expect((await leaving).url()).not.toContain('Brass')
  await expect(heading(page)).toHaveText('Allow Pocket Bank to use your account?')
  await expect(page.getByRole('listitem').last()).toHaveText('Pay 18.00 EUR to Brass Works')
  await page.getByRole('button', { name: 'Allow' }).click()
  await expect(page).toHaveURL('/apis')
  await ask(page)
  await expect(card(page)).toContainText('to pay 18.00 EUR to Brass Works')
})
