import { acrOfTwoSteps } from '@latchkey/idp'
import type { Page } from '@playwright/test'
import { confirmSecondStep, expectSignedIn, heading, orders, signInAt, visit } from './journeys.ts'
import { authorizations, grants, requestsTo } from './provider-log.ts'
import { expect, test } from './secrets/test.ts'

const deleteOrder = (page: Page, id: string): Promise<void> =>
  page.getByRole('button', { name: `Delete order ${id}` }).click()

const said = (page: Page) => page.getByRole('main').getByRole('status')

test.beforeEach(async ({ page, problems }) => {
  // The browser's own line about a refusal, whatever is made of it.
  problems.allow(/status of 40[13]/)
  await signInAt(page, '/step-up')
})

for (const keeper of ['memory', 'sealed vault'] as const) {
  test.describe(`with the tokens in ${keeper}`, () => {
    test.use({ keeper })

    test('an order is deleted once the API has the second step that it wants (RFC 9470)', async ({
      page,
      idp,
      secretsIn,
    }) => {
      await expect(orders(page)).toContainText('A-1002')
      const leaving = page.waitForRequest((request) => request.url().includes('/auth?'))
      await deleteOrder(page, 'A-1002')
      const { searchParams } = new URL((await leaving).url())
      expect([searchParams.get('acr_values'), searchParams.get('max_age')]).toEqual([acrOfTwoSteps, '300'])

      await confirmSecondStep(page)
      await expect(said(page)).toHaveText('Order A-1002 is deleted.')
      await expect(orders(page)).not.toContainText('A-1002')
      await expect(page).toHaveURL('/step-up')
      await expectSignedIn(page)
      expect(requestsTo(idp, '/orders/A-1002')).toMatchObject([{ status: 401 }, { status: 204 }])
      expect(grants(idp, 'refresh_token')).toEqual([])
      expect(await secretsIn(page)).toEqual([])

      // The proof is good for a while, and a reload repeats nothing.
      await deleteOrder(page, 'A-1003')
      await expect(said(page)).toHaveText('Order A-1003 is deleted.')
      await page.reload()
      await expect(orders(page)).toContainText('A-1001')
      expect(requestsTo(idp, '/orders/A-1002')).toHaveLength(2)
    })
  })
}

test('whoever gives up at the second step has deleted nothing, and is signed in as before', async ({
  page,
  idp,
}) => {
  await deleteOrder(page, 'A-1002')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('alert')).toContainText('cancelled')

  await page.goto('/step-up')
  await expect(orders(page)).toContainText('A-1002')
  await expectSignedIn(page)
  expect(requestsTo(idp, '/orders/A-1002')).toMatchObject([{ status: 401 }])
})

test('a provider that takes no second step is not asked for it again and again', async ({ page, idp }) => {
  const challenge = 'Bearer error="insufficient_user_authentication", max_age="10000"'
  const refusal = { status: 401, headers: { 'www-authenticate': challenge } }
  idp.addFault({ path: '/orders/A-1002', ...refusal, times: 2 })
  await deleteOrder(page, 'A-1002')
  await expect(said(page)).toContainText('more proof than the sign-in service can give')
  expect(authorizations(idp)).toHaveLength(2)
})

test('an order is placed once the scope is there that the API wants (RFC 6750)', async ({
  page,
  idp,
  secretsIn,
}) => {
  await page.getByRole('button', { name: 'Place an order' }).click()
  await expect(said(page)).toHaveText('Your order is placed.')
  await expect(orders(page)).toContainText('A-1006')
  expect(requestsTo(idp, '/orders').filter(({ method }) => method === 'POST')).toMatchObject([
    { status: 403 },
    { status: 201 },
  ])
  expect(await secretsIn(page)).toEqual([])
})

test('a token that the API refuses is renewed, and the request repeated (RFC 6750 section 3.1)', async ({
  page,
  idp,
  secretsIn,
}) => {
  await visit(page, 'Orders')
  idp.clearRequests()
  const challenge = 'Bearer error="invalid_token"'
  idp.addFault({ path: '/orders', status: 401, headers: { 'www-authenticate': challenge }, times: 1 })
  await page.getByRole('button', { name: 'Call the API' }).click()
  await expect(orders(page)).toBeVisible()
  await expect(heading(page)).toHaveText('Orders')
  expect(requestsTo(idp, '/orders')).toMatchObject([{ status: 401 }, { status: 200 }])
  expect(grants(idp, 'refresh_token')).toMatchObject([{ status: 200 }])
  expect(await secretsIn(page)).toEqual([])
})

test('an API that takes no tokens of this provider’s is asked whose it takes (RFC 9728)', async ({
  page,
  idp,
}) => {
  await visit(page, 'Orders')
  const metadataPath = '/.well-known/oauth-protected-resource'
  const challenge = `Bearer error="invalid_token", resource_metadata="${idp.apiUrl}${metadataPath}"`
  idp.addFault({ path: '/orders', status: 401, headers: { 'www-authenticate': challenge } })
  const metadata = { resource: idp.apiUrl, authorization_servers: ['https://id.elsewhere.example'] }
  const body = JSON.stringify(metadata)
  idp.addFault({ path: metadataPath, headers: { 'content-type': 'application/json' }, body })
  await page.getByRole('button', { name: 'Call the API' }).click()
  await expect(said(page)).toContainText('belongs to another sign-in service')
  await expectSignedIn(page)
})
