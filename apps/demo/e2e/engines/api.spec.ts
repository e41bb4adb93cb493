import { requestsTo } from '../provider-log.ts'
import { expectText, signIn } from './steps.ts'
import { button, header, link, main } from './targets.ts'
import { expect, test } from './test.ts'

test('the API is called with a token that it takes', async ({ tab, demo, idp }) => {
  await signIn(tab, demo.url)
  await tab.click(link('Orders', header))
  await tab.click(button('Call the API', main))
  await expectText(tab, 'table', /Brass key/)
  await expectText(tab, main, /Alice Liddell/)
  expect(requestsTo(idp, '/orders')).toMatchObject([{ status: 200 }])
  expect(requestsTo(idp, '/me')).toMatchObject([{ status: 200 }])
})
