import {
  callApi,
  chooseClient,
  enterPassword,
  expectPasswordPage,
  expectSignedIn,
  expectSignedOut,
  forgetSession,
  header,
  heading,
  orders,
  person,
  signIn,
  startSignIn,
  visit,
} from './journeys.ts'
import { authorizations, grants, requestsTo } from './provider-log.ts'
import { expect, test } from './test.ts'

test.describe('the first sign-in', () => {
  test('greets the person by name, where they began', async ({ page }) => {
    await signIn(page, 'alice')
    await expect(page).toHaveURL('/')
    await expect(heading(page)).toHaveText('Hello, Alice Liddell')
  })

  test('asks the provider for its metadata, its keys and the tokens once each', async ({ page, idp }) => {
    await signIn(page)
    expect(requestsTo(idp, '/.well-known/openid-configuration')).toHaveLength(1)
    expect(authorizations(idp)).toHaveLength(1)
    expect(requestsTo(idp, '/jwks')).toHaveLength(1)
    expect(requestsTo(idp, '/token')).toHaveLength(1)
    expect(requestsTo(idp, '/userinfo')).toHaveLength(0)
  })

  test('needs no request after the redirect but the one for tokens and the one for keys', async ({
    page,
    idp,
  }) => {
    await page.goto('/')
    await startSignIn(page)
    await expectPasswordPage(page)
    idp.clearRequests()
    await enterPassword(page)
    await expectSignedIn(page)
    const byScript = idp.requests.filter(({ path }) => !/^\/(interaction|auth)\//.test(path))
    expect(byScript.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'GET /jwks',
      'POST /token',
    ])
  })

  test('sends no request that needs a preflight', async ({ page, idp }) => {
    await signIn(page)
    expect(idp.requests.filter(({ method }) => method === 'OPTIONS')).toEqual([])
  })

  test('brings the claims of the profile', async ({ page }) => {
    await signIn(page, 'bob')
    await visit(page, 'Profile')
    const { subject, claims } = person('bob')
    const fact = (name: string) =>
      page
        .getByRole('main')
        .locator('dl > div')
        .filter({ has: page.locator('dt').getByText(name, { exact: true }) })
        .getByRole('definition')
    await expect(fact('sub')).toHaveText(subject)
    await expect(fact('name')).toHaveText(claims.name)
    await expect(fact('email')).toHaveText(claims.email)
    await expect(fact('email_verified')).toHaveText('no')
    await expect(fact('roles')).toHaveText('member')
  })

  test('opens the API', async ({ page, idp }) => {
    await signIn(page, 'alice')
    await visit(page, 'Orders')
    await callApi(page)
    await expect(orders(page).getByRole('row')).toHaveCount(4)
    await expect(orders(page)).toContainText('Brass key')
    await expect(page.getByRole('region', { name: 'Who the API sees' })).toContainText(
      'Alice Liddell (user-1001)',
    )
    expect(requestsTo(idp, '/orders')).toMatchObject([{ status: 200 }])
    expect(grants(idp, 'refresh_token')).toHaveLength(0)
  })
})

test('a wrong password is said on the provider’s page, and the right one then signs in', async ({
  page,
  idp,
}) => {
  await page.goto('/')
  await startSignIn(page)
  await enterPassword(page, 'alice', 'looking-glass')
  await expect(page.getByRole('alert')).toContainText('do not match')
  expect(grants(idp, 'authorization_code')).toHaveLength(0)
  await enterPassword(page, 'alice')
  await expectSignedIn(page, 'alice')
})

test('a sign-in is answered by the provider’s session where there is one, without a password', async ({
  page,
  idp,
}) => {
  await signIn(page)
  await forgetSession(page)
  await page.reload()
  await expectSignedOut(page)
  idp.clearRequests()
  await startSignIn(page)
  await expectSignedIn(page)
  expect(idp.requests.filter(({ path }) => path.startsWith('/interaction/'))).toEqual([])
})

test('two clicks on the button are one sign-in', async ({ page, idp }) => {
  await page.goto('/')
  await header(page)
    .getByRole('button', { name: 'Sign in' })
    .evaluate((button: HTMLButtonElement) => {
      button.click()
      button.click()
    })
  await enterPassword(page)
  await expectSignedIn(page)
  expect(authorizations(idp)).toHaveLength(1)
  expect(requestsTo(idp, '/.well-known/openid-configuration')).toHaveLength(1)
})

test.describe('somebody else’s app', () => {
  test.beforeEach(async ({ page }) => {
    await chooseClient(page)
    await startSignIn(page)
    await enterPassword(page)
    await expect(heading(page)).toHaveText('Allow Partner Print Shop to use your account?')
  })

  test('gets in once the person allows it, and is not asked about again', async ({ page }) => {
    await page.getByRole('button', { name: 'Allow' }).click()
    await expectSignedIn(page)
    await forgetSession(page)
    await page.reload()
    await startSignIn(page)
    await expectSignedIn(page)
  })

  test('stays out when the person denies it, says so in the provider’s words, and may be tried again', async ({
    page,
    idp,
  }) => {
    await page.getByRole('button', { name: 'Deny' }).click()
    await expect(page.getByRole('alert')).toHaveText('The sign-in was cancelled. Nothing has changed.')
    await expect(page.getByRole('main')).toContainText('access_denied')
    await expect(page.getByRole('main')).toContainText('the user denied the request')
    await expect(page).toHaveURL('/callback')
    expect(grants(idp, 'authorization_code')).toHaveLength(0)

    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('button', { name: 'Allow' }).click()
    await expectSignedIn(page)
    await expect(page).toHaveURL('/')
  })
})

test('whoever cancels at the password is told so, and may try again', async ({ page, idp }) => {
  await page.goto('/profile')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('alert')).toHaveText('The sign-in was cancelled. Nothing has changed.')
  await expect(page.getByRole('main')).toContainText('the user canceled the sign-in')
  await expectSignedOut(page)
  expect(grants(idp, 'authorization_code')).toHaveLength(0)

  await page.getByRole('button', { name: 'Try again' }).click()
  await enterPassword(page)
  await expectSignedIn(page)
  await expect(page).toHaveURL('/profile')
})
