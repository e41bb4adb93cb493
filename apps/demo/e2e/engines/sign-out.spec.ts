import { requestsTo } from '../provider-log.ts'
import {
  enterPassword,
  expectPasswordPage,
  expectSignedIn,
  expectSignedOut,
  expectUrl,
  signIn,
  signOut,
  startSignIn,
} from './steps.ts'
import { expect, test } from './test.ts'

test('signing out ends the provider’s session too, so that the next sign-in asks for the password', async ({
  tab,
  demo,
  idp,
}) => {
  await signIn(tab, `${demo.url}/`)
  await signOut(tab)
  await expectSignedOut(tab)
  await expectUrl(tab, `${demo.url}/`)
  expect(requestsTo(idp, '/token/revocation')).toMatchObject([{ status: 200 }])

  await startSignIn(tab)
  await expectPasswordPage(tab)
  await enterPassword(tab, 'bob')
  await expectSignedIn(tab, 'bob')
})
