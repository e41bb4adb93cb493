import type { Page } from '@playwright/test'
import {
  enterPassword,
  expectSignedIn,
  expectSignedOut,
  forgetSession,
  heading,
  signIn,
  signInAt,
  startSignIn,
} from './journeys.ts'
import { authorizations, grants } from './provider-log.ts'
import { expect, test } from './test.ts'

/** The codes that a page sends, in order. */
function watchCodes(page: Page): readonly string[] {
  const codes: string[] = []
  page.on('request', (request) => {
    const code = request.url().endsWith('/token') && new URLSearchParams(request.postData() ?? '').get('code')
    if (code) codes.push(code)
  })
  return codes
}

test.describe('a reload while the code is exchanged', () => {
  test('starts the sign-in again by itself, once, and never sends the code again', async ({ page, idp }) => {
    const codes = watchCodes(page)
    idp.addFault({ path: '/token', hang: true, times: 1 })
    await page.goto('/profile')
    await enterPassword(page)
    await expect.poll(() => grants(idp, 'authorization_code')).toHaveLength(1)
    await expect(page).toHaveURL('/callback')

    await page.reload()
    await expectSignedIn(page)
    await expect(page).toHaveURL('/profile')
    expect(grants(idp, 'authorization_code')).toHaveLength(2)
    expect(new Set(codes).size).toBe(2)
    // The guard's own, and the one that replaced it.
    expect(authorizations(idp)).toHaveLength(2)
  })

  test('sends another code after each of several reloads', async ({ page, idp }) => {
    const codes = watchCodes(page)
    idp.addFault({ path: '/token', hang: true, times: 3 })
    await page.goto('/')
    await startSignIn(page)
    await enterPassword(page)
    for (const exchanges of [1, 2, 3]) {
      await expect.poll(() => grants(idp, 'authorization_code')).toHaveLength(exchanges)
      await page.reload()
    }
    await expectSignedIn(page)
    expect(codes).toHaveLength(4)
    expect(new Set(codes).size).toBe(4)
  })
})

test('a page that loses its session again and again is sent to sign in twice, and then stopped', async ({
  page,
  idp,
}) => {
  await signIn(page)
  idp.clearRequests()
  await page.addInitScript(() => {
    // Nothing says that somebody was here, so nothing is looked for.
    localStorage.clear()
    new MutationObserver(() => {
      const title = document.querySelector('h1')?.textContent
      // Another page load, without a gesture: what a broken app does.
      if (title === 'Profile') location.assign('/profile')
      if (title === 'You are not signed in') console.info(title)
    }).observe(document, { childList: true, subtree: true, characterData: true })
  })
  // An assertion would look into the page with a user gesture, so the page itself says when it stops.
  const stopped = page.waitForEvent('console', (message) => message.text() === 'You are not signed in')
  // By a gesture, which Chromium hands down to every page of the circle.
  await page.evaluate(() => location.assign('/profile'))
  await stopped
  await expect(page.getByRole('alert')).toContainText('We stopped before a third')
  await expect(page.getByRole('main')).toContainText('login_loop')
  expect(authorizations(idp)).toHaveLength(2)
})

test('an exchange that takes long shows that it goes on, and then signs in', async ({ page, idp }) => {
  idp.addFault({ path: '/token', delayMs: 1000, times: 1 })
  await page.goto('/')
  await startSignIn(page)
  await enterPassword(page)
  await expect(heading(page)).toHaveText('Signing you in')
  await expect(page.getByRole('status')).toHaveText('One moment …')
  await expectSignedIn(page)
})

test('the bare callback page, after a sign-in, leads where that sign-in began', async ({ page }) => {
  await signInAt(page, '/profile?from=bookmark')
  await page.goto('/callback')
  await expectSignedIn(page)
  await expect(page).toHaveURL('/profile?from=bookmark')
})

test('an answer that was used is not used again when its address is opened once more', async ({
  page,
  idp,
  demo,
}) => {
  const codes = watchCodes(page)
  await signIn(page)
  const answer = demo.requests.find(({ url }) => url.startsWith('/callback?'))?.url ?? ''
  expect(answer).toContain('code=')
  await forgetSession(page)
  idp.clearRequests()
  await page.goto(answer)
  await expect(page).toHaveURL('/')
  await expectSignedOut(page)
  expect(grants(idp, 'authorization_code')).toHaveLength(0)
  expect(codes).toHaveLength(1)
})

test('nor is it where the session is found again: the code that is sent then is another', async ({
  page,
  demo,
}) => {
  const codes = watchCodes(page)
  await signIn(page)
  await page.goto(demo.requests.find(({ url }) => url.startsWith('/callback?'))?.url ?? '')
  await expect(page).toHaveURL('/')
  await expectSignedIn(page)
  expect(codes).toHaveLength(2)
  expect(new Set(codes).size).toBe(2)
})

test('an answer that was pasted into another browser is refused, with a button that signs in', async ({
  page,
  browser,
  idp,
  demo,
  problems,
}) => {
  await signIn(page)
  const answer = demo.requests.find(({ url }) => url.startsWith('/callback?'))?.url ?? ''
  idp.clearRequests()

  const context = await browser.newContext({ baseURL: demo.url })
  await problems.watch(context)
  const other = await context.newPage()
  await other.goto(answer)
  await expect(other.getByRole('alert')).toHaveText('Please sign in again.')
  await expect(other.getByRole('main')).toContainText('sign_in_unknown')
  expect(grants(idp, 'authorization_code')).toHaveLength(0)

  await other.getByRole('button', { name: 'Try again' }).click()
  await enterPassword(other, 'bob')
  await expectSignedIn(other, 'bob')
  await expect(other).toHaveURL('/')
  await context.close()
})

test('the bare callback page, out of the blue, says what to do', async ({ page }) => {
  await page.goto('/callback')
  await expect(page.getByRole('alert')).toHaveText('Please sign in again.')
  await expect(page.getByRole('main')).toContainText('no_sign_in_pending')
  await page.getByRole('button', { name: 'Try again' }).click()
  await enterPassword(page)
  await expectSignedIn(page)
})

test('a code and a state that are somebody else’s stay in the address', async ({ page, idp }) => {
  await page.goto('/callback?code=PROMO&state=xyz')
  await expect(heading(page)).toHaveText('You are not signed in')
  await expect(page).toHaveURL('/callback?code=PROMO&state=xyz')
  expect(idp.requests).toEqual([])
})

test('a code on any other page is none of our business', async ({ page, idp }) => {
  await page.goto('/?code=PROMO&state=xyz')
  await expect(heading(page)).toHaveText('See a login from the inside')
  await expect(page).toHaveURL('/?code=PROMO&state=xyz')
  expect(idp.requests).toEqual([])
})
