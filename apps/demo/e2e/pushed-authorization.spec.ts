import { chooseClient, expectSignedIn, heading, signIn, startSignIn } from './journeys.ts'
import { authorizations, grants, requestsTo } from './provider-log.ts'
import { expect, test } from './secrets/test.ts'

for (const keeper of ['memory', 'sealed vault'] as const) {
  test.describe(`with the tokens in ${keeper}`, () => {
    test.use({ keeper })

    test('a sign-in is handed to the provider, and the address says nothing of it (RFC 9126)', async ({
      page,
      idp,
      problems,
      secretsIn,
    }) => {
      problems.allow(/status of 400/)
      await chooseClient(page, 'Pocket Bank')
      const leaving = page.waitForRequest((request) => request.url().includes('/auth?'))
      await signIn(page)
      const { searchParams } = new URL((await leaving).url())
      expect([...searchParams.keys()].sort()).toEqual(['client_id', 'request_uri'])
      // It is bound to a key as well, and the provider wants a nonce in the proof.
      expect(requestsTo(idp, '/request')).toMatchObject([{ status: 400 }, { status: 201 }])
      expect(grants(idp, 'authorization_code').at(-1)).toMatchObject({ status: 200 })
      expect(await secretsIn(page)).toEqual([])
      await page.reload()
      await expectSignedIn(page)
    })
  })
}

test('what cannot be handed over is not sent in the open, and may be tried again', async ({
  page,
  idp,
  problems,
}) => {
  problems.allow(/status of (503|400)/)
  await chooseClient(page, 'Pocket Bank')
  idp.addFault({ path: '/request', status: 503, times: 1 })
  await startSignIn(page)
  await expect(page.getByRole('alert')).toContainText('cannot be reached')
  await expect(heading(page)).toHaveText('See a login from the inside')
  expect(authorizations(idp)).toEqual([])
  await signIn(page)
})
