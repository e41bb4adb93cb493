import { authorizations } from '../provider-log.ts'
import { enterPassword, expectPasswordPage, expectSignedIn, expectText, expectUrl } from './steps.ts'
import { expect, test } from './test.ts'

test('a guarded page sends to sign in by itself, and is come back to with its query and hash', async ({
  tab,
  demo,
  idp,
}) => {
  const asked = `${demo.url}/orders?page=2&q=gr%C3%BC%C3%9Fe#last`
  await tab.goto(asked)
  await expectPasswordPage(tab)
  await enterPassword(tab)
  await expectSignedIn(tab)
  await expectText(tab, 'h1', 'Orders')
  await expectUrl(tab, asked)
  expect(authorizations(idp)).toHaveLength(1)
})
