import { routeProvider } from '../../../packages/testing/src/playwright/index.ts'
import { createFakeProvider } from '../../../packages/testing/src/provider/index.ts'
import { expectSignedIn, expectSignedOut, person, refreshNow, signOut, startSignIn } from './journeys.ts'
import { expect, test } from './test.ts'

const issuer = 'https://id.fake.example'
const alice = { sub: 'alice', ...person('alice').claims }

test('signs in, renews and signs out at a provider that lives in the test', async ({
  context,
  page,
  demo,
  idp,
}) => {
  const provider = createFakeProvider({ issuer, users: [alice] })
  demo.deploy({ issuer, apiUrl: idp.apiUrl })
  await routeProvider(context, provider)
  await page.goto('/')
  await startSignIn(page)
  await expectSignedIn(page)
  await refreshNow(page)
  expect(provider.requests.map(({ endpoint }) => endpoint)).toEqual(
    expect.arrayContaining(['discovery', 'authorization', 'token', 'jwks', 'token']),
  )
  expect(provider.reuses()).toBe(0)
  await signOut(page)
  await expectSignedOut(page)
  expect(provider.requests.at(-1)?.endpoint).toBe('end_session')
  expect(idp.requests).toEqual([])
})

test('shows what the app makes of a provider that refuses, and of one that is not there', async ({
  context,
  page,
  demo,
  idp,
  problems,
}) => {
  const provider = createFakeProvider({ issuer, users: [alice] })
  demo.deploy({ issuer, apiUrl: idp.apiUrl })
  await routeProvider(context, provider)
  provider.failNext('authorization', { error: 'access_denied' })
  await page.goto('/')
  await startSignIn(page)
  await expect(page.getByRole('alert')).toContainText(/refused|cancelled|denied/i)

  problems.allow(/ERR_FAILED/)
  provider.failNext('token', 'network')
  await page.goto('/')
  await startSignIn(page)
  await expect(page.getByRole('alert')).toBeVisible()
  await page.goto('/')
  await startSignIn(page)
  await expectSignedIn(page)
})
