import {
  callApi,
  enterPassword,
  expectPasswordPage,
  expectSignedIn,
  expectSignedOut,
  heading,
  orders,
  signIn,
  signOut,
  startSignIn,
  visit,
} from './journeys.ts'
import { grants, requestsTo } from './provider-log.ts'
import { expect, test } from './test.ts'

const unreachable = 'The sign-in service cannot be reached. Try again in a moment.'

test('a provider that is down at the click is said on the page, which is not left', async ({
  page,
  idp,
  problems,
}) => {
  problems.allow(/ERR_CONNECTION_REFUSED/)
  await page.goto('/no-such-page')
  await page.goto('/')
  await idp.goDown()
  await startSignIn(page)
  await expect(page.getByRole('alert')).toHaveText(unreachable)
  await expect(page).toHaveURL('/')
  await expectSignedOut(page)

  await idp.comeUp()
  await startSignIn(page)
  await enterPassword(page)
  await expectSignedIn(page)
  await expect(page.getByRole('alert')).toHaveCount(0)
})

test('a guarded page says that the provider is down, and does not try for ever', async ({
  page,
  idp,
  problems,
}) => {
  problems.allow(/ERR_CONNECTION_REFUSED/)
  await idp.goDown()
  await page.goto('/profile')
  await expect(page.getByRole('alert')).toHaveText(unreachable)
  await idp.comeUp()
  await page.getByRole('button', { name: 'Try again' }).click()
  await enterPassword(page)
  await expectSignedIn(page)
  await expect(page).toHaveURL('/profile')
})

test.describe('a provider that goes down between the password and the exchange', () => {
  test.beforeEach(async ({ page, idp, problems }) => {
    problems.allow(/ERR_CONNECTION_REFUSED/)
    await page.goto('/profile')
    await expectPasswordPage(page)
    // The callback page is there, and its script is not yet: nothing has been asked of the provider.
    await page.route(/\.js$/, async (route) => {
      await idp.goDown()
      await route.continue()
    })
    await enterPassword(page)
    await expect(page.getByRole('alert')).toHaveText(unreachable)
    await expect(page).toHaveURL('/callback')
    await page.unrouteAll()
    await idp.comeUp()
    expect(grants(idp, 'authorization_code')).toHaveLength(0)
  })

  test('is said there, and the button signs in once it is back', async ({ page }) => {
    await page.getByRole('button', { name: 'Try again' }).click()
    await expectSignedIn(page)
    await expect(page).toHaveURL('/profile')
  })

  test('is got over by a reload as well', async ({ page }) => {
    await page.reload()
    await expectSignedIn(page)
    await expect(page).toHaveURL('/profile')
  })
})

test('a provider that answers the exchange with 503 is tried again by the button, with another code', async ({
  page,
  idp,
  problems,
}) => {
  problems.allow(/status of 503/)
  idp.addFault({ path: '/token', status: 503, body: 'too busy', times: 1 })
  await page.goto('/')
  await startSignIn(page)
  await enterPassword(page)
  await expect(page.getByRole('alert')).toHaveText(unreachable)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expectSignedIn(page)
  expect(grants(idp, 'authorization_code')).toMatchObject([{ status: 503 }, { status: 200 }])
})

test('keys that cannot be had sign nobody in', async ({ page, idp, problems }) => {
  problems.allow(/status of 500/)
  idp.addFault({ path: '/jwks', status: 500 })
  await page.goto('/')
  await startSignIn(page)
  await enterPassword(page)
  await expect(heading(page)).toHaveText('You are not signed in')
  await expectSignedOut(page)
})

test('a provider that is down at a refresh signs nobody out, and the token at hand goes on being used', async ({
  page,
  idp,
  problems,
}) => {
  problems.allow(/ERR_CONNECTION_REFUSED/)
  await signIn(page)
  await visit(page, 'Orders')
  await idp.goDown()
  await page.getByRole('button', { name: 'Refresh now' }).click()
  await expect(page.getByRole('complementary').getByRole('status').first()).toHaveText(unreachable)
  await expectSignedIn(page)
  await callApi(page)
  await expect(orders(page)).toBeVisible()
})

test.describe('a provider that is down at the sign-out', () => {
  test.beforeEach(async ({ page, idp, problems }) => {
    problems.allow(/ERR_CONNECTION_REFUSED/)
    await signIn(page)
    await visit(page, 'Profile')
    await idp.goDown()
    await signOut(page)
  })

  test('keeps nobody signed in here, says so, and leaves the person in the app', async ({ page }) => {
    await expect(heading(page)).toHaveText('You are not signed in')
    await expect(page.getByRole('alert')).toHaveText(unreachable)
    await expect(page).toHaveURL('/profile')
    await expectSignedOut(page)
    await expect(page.getByText('Access token')).toHaveCount(0)
  })

  test('signs nobody straight back in when it is there again', async ({ page, idp }) => {
    await expect(heading(page)).toHaveText('You are not signed in')
    await idp.comeUp()
    await page.reload()
    await expect(heading(page)).toHaveText('You are signed out')
    expect(requestsTo(idp, '/auth')).toHaveLength(1)
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
    await expectSignedIn(page)
  })
})
