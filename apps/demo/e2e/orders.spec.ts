import { callApi, orders, signIn, visit } from './journeys.ts'
import { expect, test } from './test.ts'

test('everybody is shown their own orders', async ({ page, browser, demo }) => {
  await signIn(page, 'alice')
  await visit(page, 'Orders')
  await callApi(page)
  await expect(orders(page)).toContainText('Brass key')
  await expect(orders(page)).not.toContainText('Padlock')

  const context = await browser.newContext({ baseURL: demo.url })
  const other = await context.newPage()
  await signIn(other, 'bob')
  await visit(other, 'Orders')
  await callApi(other)
  await expect(orders(other)).toContainText('Padlock')
  await expect(orders(other)).not.toContainText('Brass key')
  await context.close()
})
