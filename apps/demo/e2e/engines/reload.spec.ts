import { authorizations, grants } from '../provider-log.ts'
import { expectSignedIn, expectUrl, signIn } from './steps.ts'
import { expect, test } from './test.ts'

test('after a reload a hidden frame asks the provider, and the person is signed in without leaving the page', async ({
  tab,
  demo,
  idp,
}) => {
  await signIn(tab, `${demo.url}/?page=2#last`)
  idp.clearRequests()
  await tab.reload()
  await expectSignedIn(tab)
  await expectUrl(tab, `${demo.url}/?page=2#last`)
  expect(authorizations(idp)).toHaveLength(1)
  expect(grants(idp, 'authorization_code')).toMatchObject([{ status: 200 }])
  expect(demo.requests.filter(({ url }) => url.startsWith('/silent-callback.html'))).toHaveLength(1)
})
