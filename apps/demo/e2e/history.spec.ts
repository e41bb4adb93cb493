import type { Page } from '@playwright/test'
import type { DemoServer } from './demo-server.ts'
import {
  enterPassword,
  expectPasswordPage,
  expectSignedIn,
  forgetSession,
  heading,
  person,
  signIn,
  signOutAndReturn,
  startSignIn,
  visit,
} from './journeys.ts'
import { historyOf } from './tab-history.ts'
import { expect, test } from './test.ts'

test.describe('after a sign-in', () => {
  test('the tab’s history holds the pages that were seen, and nothing of the answer', async ({
    page,
    demo,
    idp,
  }) => {
    await signIn(page)
    const { urls, current } = await historyOf(page)
    expect(urls).toEqual([
      'about:blank',
      `${demo.url}/`,
      expect.stringContaining(`${idp.issuer}/interaction/`),
      `${demo.url}/`,
    ])
    expect(current).toBe(3)
    expect(await page.evaluate(() => history.length)).toBe(4)
  })

  test('a guarded page appears in the history where it was asked for and where it was come back to', async ({
    page,
    demo,
  }) => {
    await page.goto('/profile?x=1#y')
    await enterPassword(page)
    await expectSignedIn(page)
    const { urls } = await historyOf(page)
    expect(urls.filter((url) => url.startsWith(demo.url))).toEqual(Array(2).fill(`${demo.url}/profile?x=1#y`))
  })

  test('back and forward pass the provider’s page, and never the callback', async ({ page, problems }) => {
    // The provider's own words: its page was for one sign-in.
    problems.allow(/status of 400 .*\/interaction\//)
    await signIn(page)

    await page.goBack()
    await expect(page).toHaveURL(/\/interaction\//)
    await page.goBack()
    await expect(heading(page)).toHaveText('See a login from the inside')
    await expect(page.getByRole('alert')).toHaveCount(0)

    await page.goForward()
    await expect(page).toHaveURL(/\/interaction\//)
    await page.goForward()
    await expect(heading(page)).toHaveText('See a login from the inside')
    await expect(page.getByRole('alert')).toHaveCount(0)
  })

  test('back leads to the page before, where the provider asked nothing', async ({ page, demo }) => {
    await signIn(page)
    await forgetSession(page)
    await page.goto('/no-such-page')
    await startSignIn(page)
    await expectSignedIn(page)
    const { urls, current } = await historyOf(page)
    expect(urls.slice(-2)).toEqual(Array(2).fill(`${demo.url}/no-such-page`))
    expect(current).toBe(urls.length - 1)

    await page.goBack()
    await expectSignedIn(page)
    await expect(heading(page)).toHaveText('Page not found')
    await page.goForward()
    await expect(heading(page)).toHaveText('Page not found')
    await expect(page).toHaveURL('/no-such-page')
  })

  test('the router goes back and forth as if there had been no sign-in', async ({ page }) => {
    await signIn(page)
    await visit(page, 'Profile')
    await visit(page, 'Orders')
    await page.goBack()
    await expect(heading(page)).toHaveText('Profile')
    await page.goBack()
    await expect(heading(page)).toHaveText('Hello, Alice Liddell')
    await page.goForward()
    await expect(heading(page)).toHaveText('Profile')
    await expectSignedIn(page)
  })
})

test('after a refused sign-in nothing of the refusal is in the history, and back leads out of it', async ({
  page,
  demo,
  problems,
}) => {
  problems.allow(/status of 400 .*\/interaction\//)
  await page.goto('/')
  await startSignIn(page)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(heading(page)).toHaveText('You are not signed in')
  const { urls } = await historyOf(page)
  expect(urls.filter((url) => url.startsWith(demo.url))).toEqual([`${demo.url}/`, `${demo.url}/callback`])
  expect(urls.filter((url) => /[?&#](state|error|iss)=/.test(url))).toEqual([])

  await page.goBack()
  await page.goBack()
  await expect(heading(page)).toHaveText('See a login from the inside')
})

test('after a refused sign-in that worked when tried again, back does not get stuck at the callback', async ({
  page,
  demo,
}) => {
  await page.goto('/')
  await startSignIn(page)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Try again' }).click()
  await enterPassword(page)
  await expectSignedIn(page)
  await page.goto('/callback')
  await expect(page).toHaveURL(`${demo.url}/`)
  await expect(page.getByRole('alert')).toHaveCount(0)
})

test.describe('after a sign-out', () => {
  test('back shows nothing of the person, and asks for the password where a page needs one', async ({
    page,
  }) => {
    await signIn(page)
    await visit(page, 'Profile')
    await expect(page.getByRole('main')).toContainText(person('alice').claims.email)
    await signOutAndReturn(page)

    await page.goBack()
    await expectPasswordPage(page)
    await expect(page.getByRole('main')).not.toContainText(person('alice').claims.name)
    await expect(page.getByRole('main')).not.toContainText(person('alice').claims.email)
  })

  test('no address in the history holds a token', async ({ page }) => {
    await signIn(page)
    await signOutAndReturn(page)
    const { urls } = await historyOf(page)
    expect(urls.filter((url) => url.includes('id_token_hint'))).toEqual([])
  })
})

test.describe('the Referer', () => {
  /** What the app's own server is told of the page that asks it for something. */
  async function refererOfLaterRequest(page: Page, { requests }: DemoServer): Promise<string | undefined> {
    await page.evaluate(() => fetch('/favicon.svg?later'))
    return requests.find(({ url }) => url === '/favicon.svg?later')?.referer
  }

  test('of later requests to the app has neither code nor state', async ({ page, demo }) => {
    await signIn(page)
    expect(await refererOfLaterRequest(page, demo)).toBe(`${demo.url}/`)

    await page.evaluate(() => location.assign('/no-such-page'))
    await expect(heading(page)).toHaveText('Page not found')
    expect(await page.evaluate(() => document.referrer)).toBe(`${demo.url}/`)
  })

  test('of requests after a refused sign-in has none either', async ({ page, demo }) => {
    await page.goto('/')
    await startSignIn(page)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect(heading(page)).toHaveText('You are not signed in')
    expect(await refererOfLaterRequest(page, demo)).toBe(`${demo.url}/callback`)
  })

  test('tells the provider nothing of the page it is asked from', async ({ page, idp }) => {
    const referers: Promise<string | null>[] = []
    page.on('request', (request) => {
      if (request.url().startsWith(idp.issuer) && request.resourceType() === 'fetch')
        referers.push(request.headerValue('referer'))
    })
    await signIn(page)
    expect(await Promise.all(referers)).toEqual([null, null, null])
  })
})
