import {
  expectNobodysData,
  expectSignedIn,
  heading,
  openTabInSession,
  signIn,
  signOutHereOnly,
} from './journeys.ts'
import { setLifecycle } from './lifecycle.ts'
import { authorizations } from './provider-log.ts'
import { expect, test } from './test.ts'

for (const keeper of ['memory', 'vault'] as const) {
  test.describe(`a tab that was frozen, with the tokens in ${keeper}`, () => {
    test.use({ keeper })

    test('learns on resume that somebody signed out meanwhile', async ({ page, context, idp }) => {
      await signIn(page)
      const frozen = await openTabInSession(context, '/profile')
      await setLifecycle(frozen, 'frozen')
      await signOutHereOnly(page)
      await expect(page.getByRole('button', { name: 'Sign in', exact: true }).first()).toBeVisible()

      await setLifecycle(frozen, 'active')
      await expect(heading(frozen)).toHaveText('You are signed out')
      await expectNobodysData(frozen)
      expect(authorizations(idp)).toHaveLength(1)
    })

    test('learns on resume that somebody else signed in meanwhile', async ({ page, context, idp }) => {
      await signIn(page)
      const frozen = await openTabInSession(context, '/profile')
      await setLifecycle(frozen, 'frozen')
      await signOutHereOnly(page)
      await context.clearCookies()
      await signIn(page, 'bob')

      await setLifecycle(frozen, 'active')
      await expectSignedIn(frozen, 'bob')
      expect(idp.reuses).toEqual([])
    })
  })
}
