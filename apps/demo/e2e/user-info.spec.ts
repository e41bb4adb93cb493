import { expectSignedIn, header, openTabInSession, signInAt } from './journeys.ts'
import { requestsTo } from './provider-log.ts'
import { expect, test } from './secrets/test.ts'

for (const keeper of ['memory', 'sealed vault'] as const) {
  test.describe(`with the tokens in ${keeper}`, () => {
    test.use({ keeper })

    test('what changes about a person is shown in every tab once UserInfo is asked', async ({
      page,
      context,
      idp,
      secretsIn,
    }) => {
      await signInAt(page, '/profile')
      const second = await openTabInSession(context)
      expect(requestsTo(idp, '/userinfo')).toEqual([])
      idp.changePerson('alice', { name: 'Alice Hargreaves' })
      await page.getByRole('button', { name: 'Ask the provider again' }).click()
      for (const tab of [page, second]) {
        await expect(header(tab).getByText('Alice Hargreaves')).toBeVisible()
        expect(await secretsIn(tab)).toEqual([])
      }
      expect(requestsTo(idp, '/userinfo')).toMatchObject([{ status: 200 }])
    })
  })
}

test('an answer about somebody else is not believed, and nobody is signed out for it (OpenID Connect Core 1.0 §5.3.2)', async ({
  page,
  idp,
}) => {
  await signInAt(page, '/profile')
  const body = JSON.stringify({ sub: 'user-1002', name: 'Bob Builder' })
  idp.addFault({ path: '/userinfo', headers: { 'content-type': 'application/json' }, body, times: 1 })
  await page.getByRole('button', { name: 'Ask the provider again' }).click()
  await expect(page.getByRole('main').getByRole('status')).toContainText('cannot be trusted')
  await expect(page.getByRole('main')).not.toContainText('Bob Builder')
  await expectSignedIn(page)
})
