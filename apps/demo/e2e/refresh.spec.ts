import type { Idp } from '@latchkey/idp'
import type { Page } from '@playwright/test'
import {
  callApi,
  endSessionAtProvider,
  enterPassword,
  expectSignedIn,
  expectSignedOut,
  heading,
  orders,
  pressAndAwaitAnswer,
  sessionLog,
  signIn,
  visit,
} from './journeys.ts'
import { authorizations, grants, requestsTo } from './provider-log.ts'
import { expect, test } from './test.ts'

test.use({ accessTokenSeconds: 2 })

/** Signs in and waits until the access token has expired, by the app's count and by the API's. */
async function signInAndExpire(page: Page, idp: Idp): Promise<void> {
  const tokenResponse = page.waitForResponse(`${idp.issuer}/token`)
  await signIn(page)
  const { access_token: accessToken } = await (await tokenResponse).json()
  await visit(page, 'Orders')
  await expect(page.getByText('0 s left')).toBeVisible()
  const answer = await fetch(`${idp.apiUrl}/me`, { headers: { authorization: `Bearer ${accessToken}` } })
  expect(answer.status).toBe(401)
  idp.clearRequests()
}

test.describe('after the access token has expired', () => {
  test('an API call works, with one refresh for its two requests', async ({ page, idp }) => {
    await signInAndExpire(page, idp)
    await callApi(page)
    await expect(orders(page)).toContainText('Brass key')
    await expect(page.getByRole('region', { name: 'Who the API sees' })).toContainText('Alice Liddell')
    expect(grants(idp, 'refresh_token')).toMatchObject([{ status: 200 }])
    expect(requestsTo(idp, '/me')).toMatchObject([{ status: 200 }])
    expect(requestsTo(idp, '/orders')).toMatchObject([{ status: 200 }])
  })

  test('nobody is signed out meanwhile, and nothing on the page is drawn anew', async ({ page, idp }) => {
    await signInAndExpire(page, idp)
    const title = await heading(page).elementHandle()
    const mutations = await page.evaluateHandle(() => {
      const seen: string[] = []
      const observer = new MutationObserver((records) => {
        for (const { type, target } of records) seen.push(`${type} in ${target.nodeName}`)
      })
      for (const part of ['header', 'h1'])
        observer.observe(document.querySelector(part) as Element, {
          attributes: true,
          characterData: true,
          childList: true,
          subtree: true,
        })
      return seen
    })
    await callApi(page)
    await expect(orders(page)).toBeVisible()
    expect(grants(idp, 'refresh_token')).toHaveLength(1)

    expect(await title?.evaluate((element) => element.isConnected)).toBe(true)
    expect(await mutations.jsonValue()).toEqual([])
    await expect(sessionLog(page).getByRole('listitem').first()).toContainText('refreshed')
    await expect(sessionLog(page)).not.toContainText('authenticated →')
  })

  test('a provider that is down is said at the call, signs nobody out, and is asked again by the next call', async ({
    page,
    idp,
    problems,
  }) => {
    problems.allow(/ERR_CONNECTION_REFUSED/)
    await signInAndExpire(page, idp)
    await idp.goDown()
    await callApi(page)
    await expect(page.getByRole('main')).toContainText('The sign-in service cannot be reached.')
    await expectSignedIn(page)
    expect(requestsTo(idp, '/orders')).toHaveLength(0)

    await idp.comeUp()
    // A call right after a failure is not passed on: the wait is about a second.
    await expect(async () => {
      await pressAndAwaitAnswer(page, 'Call the API')
      await expect(orders(page)).toBeVisible({ timeout: 500 })
    }).toPass()
    await expectSignedIn(page)
    expect(grants(idp, 'refresh_token').filter(({ status }) => status === 200)).toHaveLength(1)
  })
})

test.describe('a refresh that the provider refuses', () => {
  test('ends the session with a notice and a button, and goes nowhere by itself', async ({
    page,
    idp,
    problems,
  }) => {
    problems.allow(/status of 400 .*\/token/)
    await signInAndExpire(page, idp)
    await endSessionAtProvider(page, idp)
    await callApi(page)
    await expect(heading(page)).toHaveText('You are not signed in')
    await expect(page.getByRole('alert')).toHaveText('Your session has ended. Please sign in again.')
    await expect(page).toHaveURL('/orders')
    expect(grants(idp, 'refresh_token')).toMatchObject([{ status: 400 }])
    // In a hidden frame, once.
    expect(authorizations(idp)).toHaveLength(1)

    await page.getByRole('button', { name: 'Try again' }).click()
    await enterPassword(page)
    await expectSignedIn(page)
    await expect(page).toHaveURL('/orders')
    await expect(heading(page)).toHaveText('Orders')
    expect(authorizations(idp)).toHaveLength(2)
    // `exp` is in whole seconds, so that a token may be good for less time than `expires_in` says.
    problems.allow(/status of 401 .*\/(orders|me)/)
    await callApi(page)
    await expect(orders(page)).toBeVisible()
  })

  test('takes the name off an open page too, and asks no one to act', async ({ page, idp, problems }) => {
    problems.allow(/status of 400 .*\/token/)
    await signIn(page)
    await endSessionAtProvider(page, idp)
    await page.getByRole('button', { name: 'Refresh now' }).click()
    await expect(heading(page)).toHaveText('See a login from the inside')
    await expect(page.getByRole('alert')).toHaveText('Your session has ended. Please sign in again.')
    await expectSignedOut(page)
  })

  test('ends nothing while the person is still signed in at the provider: the call works', async ({
    page,
    idp,
    problems,
  }) => {
    problems.allow(/status of 400 .*\/token/)
    await signInAndExpire(page, idp)
    await idp.revokeGrants()
    await callApi(page)
    await expect(orders(page)).toBeVisible()
    await expectSignedIn(page)
    await expect(sessionLog(page)).not.toContainText('authenticated → unauthenticated')
    expect(grants(idp, 'refresh_token')).toMatchObject([{ status: 400 }])
    expect(grants(idp, 'authorization_code')).toMatchObject([{ status: 200 }])
  })
})
