import {
  enterPassword,
  expectNobodysData,
  expectPasswordPage,
  expectSignedIn,
  expectSignedOut,
  header,
  heading,
  sessionLog,
  signIn,
  signOut,
  signOutAndReturn,
  signOutHereOnly,
  startSignIn,
  visit,
} from './journeys.ts'
import { authorizations, requestsTo } from './provider-log.ts'
import { expect, test } from './test.ts'

test.describe('signing out', () => {
  test('ends the provider’s session too, so that the next sign-in asks for the password', async ({
    page,
  }) => {
    await signIn(page)
    await visit(page, 'Profile')
    await signOutAndReturn(page)
    await expect(page.getByRole('alert')).toHaveCount(0)

    await startSignIn(page)
    await expectPasswordPage(page)
    await enterPassword(page, 'bob')
    await expectSignedIn(page, 'bob')
  })

  test('tells the provider who asks, and whose session it is', async ({ page, idp, demo }) => {
    const tokenResponse = page.waitForResponse(`${idp.issuer}/token`)
    await signIn(page)
    const { id_token: idToken } = await (await tokenResponse).json()

    const endSession = page.waitForRequest((request) => request.url().startsWith(`${idp.issuer}/session/end`))
    await signOut(page)
    const parameters = new URL((await endSession).url()).searchParams
    expect(Object.fromEntries(parameters)).toEqual({
      client_id: 'latchkey-demo',
      id_token_hint: idToken,
      post_logout_redirect_uri: `${demo.url}/`,
    })
    await expectSignedOut(page)
  })

  test('revokes the tokens, once, before the page is left', async ({ page, idp }) => {
    const tokenResponse = page.waitForResponse(`${idp.issuer}/token`)
    await signIn(page)
    const { refresh_token: refreshToken } = await (await tokenResponse).json()
    await signOut(page)
    await expectSignedOut(page)

    expect(requestsTo(idp, '/token/revocation')).toMatchObject([{ status: 200 }])
    const paths = idp.requests.map(({ path }) => path)
    expect(paths.indexOf('/token/revocation')).toBeLessThan(paths.indexOf('/session/end'))
    const answer = await fetch(`${idp.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: 'latchkey-demo',
        refresh_token: refreshToken,
      }),
    })
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
  })

  test('is done here at once, however slow the provider is', async ({ page, idp, problems }) => {
    problems.allow(/ERR_|Failed to load/)
    await signIn(page)
    await visit(page, 'Profile')
    idp.addFault({ path: '/token/revocation', hang: true })
    await signOut(page)
    await expectNobodysData(page)
    expect(requestsTo(idp, '/session/end')).toHaveLength(0)

    // It waits for a revocation for three seconds, and then goes on without.
    await expect.poll(() => requestsTo(idp, '/session/end')).toHaveLength(1)
    await expect(page).toHaveURL('/')
    await expectSignedOut(page)
  })

  test('is not undone by a refresh that was under way, whose tokens are revoked too', async ({
    page,
    idp,
  }) => {
    await signIn(page)
    idp.addFault({ path: '/token', delayMs: 1000, times: 1 })
    // The provider says that it forgot the tokens, and has not yet: the refresh is going to succeed.
    idp.addFault({ path: '/token/revocation', status: 200, times: 1 })
    const late = page.waitForResponse(`${idp.issuer}/token`)
    await page.getByRole('button', { name: 'Refresh now' }).click()
    await expect.poll(() => requestsTo(idp, '/token')).toHaveLength(2)
    await signOutHereOnly(page)
    await expectSignedOut(page)
    expect((await late).status()).toBe(200)
    await expect.poll(() => requestsTo(idp, '/token/revocation')).toHaveLength(2)
    await expectSignedOut(page)
    await expect(sessionLog(page).getByRole('listitem').first()).toContainText('signed_out')
  })

  test('is one sign-out, however often the button is pressed', async ({ page, idp }) => {
    await signIn(page)
    await header(page)
      .getByRole('button', { name: 'Sign out' })
      .evaluate((button: HTMLButtonElement) => {
        button.click()
        button.click()
      })
    await expectSignedOut(page)
    expect(requestsTo(idp, '/session/end')).toHaveLength(1)
    expect(requestsTo(idp, '/token/revocation')).toHaveLength(1)
  })
})

test.describe('signing out here only', () => {
  test.beforeEach(async ({ page }) => {
    await signIn(page)
    await visit(page, 'Profile')
    await signOutHereOnly(page)
  })

  test('leaves a guarded page with a button, and does not sign straight back in', async ({ page, idp }) => {
    await expect(heading(page)).toHaveText('You are signed out')
    await expect(page.getByRole('alert')).toHaveCount(0)
    await expect(page).toHaveURL('/profile')
    await expectSignedOut(page)
    expect(requestsTo(idp, '/session/end')).toHaveLength(0)
    await expect.poll(() => requestsTo(idp, '/token/revocation')).toMatchObject([{ status: 200 }])
    expect(authorizations(idp)).toHaveLength(1)
  })

  test('is remembered over a reload, and on the other guarded pages', async ({ page, idp }) => {
    await expect(heading(page)).toHaveText('You are signed out')
    await page.reload()
    await expect(heading(page)).toHaveText('You are signed out')
    await page.goto('/orders')
    await expect(heading(page)).toHaveText('You are signed out')
    expect(authorizations(idp)).toHaveLength(1)
  })

  test('leaves the provider’s session alone: the button signs in without a password', async ({ page }) => {
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
    await expectSignedIn(page)
    await expect(heading(page)).toHaveText('Profile')
    await expect(page).toHaveURL('/profile')
  })

  test('is over with the next sign-in: from then on a guarded page signs in by itself again', async ({
    page,
  }) => {
    await startSignIn(page)
    await expectSignedIn(page)
    await page.reload()
    await expectSignedIn(page)
    await expect(heading(page)).toHaveText('Profile')
  })
})
