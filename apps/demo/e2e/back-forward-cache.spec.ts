import type { BrowserContext, Page } from '@playwright/test'
import { wholeBrowser } from './browser.ts'
import type { DemoServer } from './demo-server.ts'
import {
  enterPassword,
  expectNobodysData,
  expectPasswordPage,
  expectSignedIn,
  expectSignedOut,
  heading,
  openTabInSession,
  signIn,
  signInAt,
  signOutAndReturn,
  startSignIn,
  visit,
} from './journeys.ts'
import type { KeeperKind } from './keeper-kind.ts'
import { authorizations, grants } from './provider-log.ts'
import { expect, test } from './test.ts'

// Playwright turns the cache off, which every browser has.
test.use({ launchOptions: { ...wholeBrowser, ignoreDefaultArgs: ['--disable-back-forward-cache'] } })

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    addEventListener('pageshow', ({ persisted }) => persisted && console.info('restored as it was'))
  })
})

/** Goes to a page of the same server that has nothing to do with the app, not even an icon. */
async function leave(page: Page, demo: DemoServer): Promise<void> {
  demo.replace('/elsewhere.html', '<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,">')
  await page.goto('/elsewhere.html')
}

/** Signs in and leaves a page for the browser to keep, then signs out in another tab. @returns that tab */
async function endSessionOfKeptPage(page: Page, context: BrowserContext, demo: DemoServer): Promise<Page> {
  await signInAt(page, '/profile')
  await leave(page, demo)
  const other = await openTabInSession(context)
  await signOutAndReturn(other)
  return other
}

/** Goes back to a page that the browser kept, scripts and all: nothing is loaded. */
async function goBackToKeptPage(page: Page): Promise<void> {
  const restored = page.waitForEvent('console', (message) => message.text() === 'restored as it was')
  await page.goBack({ waitUntil: 'commit' })
  await restored
}

/** Goes back to a page that the browser had kept, until another tab or the vault spoke to it: then it is loaded anew. */
async function goBackToDroppedPage(page: Page, keeper: KeeperKind): Promise<void> {
  await page.goBack({ waitUntil: 'commit' })
  // The document of before may still be there when the way back has begun.
  const reasons = () =>
    page
      .evaluate(() => {
        const [entry] = performance.getEntriesByType('navigation')
        const { notRestoredReasons } = entry as unknown as {
          notRestoredReasons: { reasons: { reason: string }[] } | null
        }
        return notRestoredReasons?.reasons.map(({ reason }) => reason) ?? []
      })
      .catch(() => [])
  // The vault speaks on the channel between tabs as well, and one of the two comes first.
  const expected = ['broadcastchannel-message', ...(keeper === 'vault' ? ['sharedworker-message'] : [])]
  await expect.poll(async () => (await reasons()).some((reason) => expected.includes(reason))).toBe(true)
}

test('whoever turns back at the provider finds the button working', async ({ page, idp }) => {
  await page.goto('/')
  await startSignIn(page)
  await expectPasswordPage(page)

  await goBackToKeptPage(page)
  await expect(heading(page)).toHaveText('See a login from the inside')
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expectSignedOut(page)

  await startSignIn(page)
  await enterPassword(page)
  await expectSignedIn(page)
  expect(authorizations(idp)).toHaveLength(2)
})

test('whoever goes back after a sign-in finds the page from before it, and is signed in there too', async ({
  page,
  problems,
}) => {
  problems.allow(/status of 400 .*\/interaction\//)
  await signIn(page)
  await page.goBack({ waitUntil: 'commit' })
  await expect(page).toHaveURL(/\/interaction\//)
  await goBackToDroppedPage(page, 'memory')
  await expectSignedIn(page)
})

test('whoever goes back to the page that the callback became is signed in there, by no second exchange', async ({
  page,
  idp,
  demo,
}) => {
  await signInAt(page, '/profile')
  await leave(page, demo)
  await goBackToKeptPage(page)
  await expect(page).toHaveURL('/profile')
  await expect(heading(page)).toHaveText('Profile')
  await expectSignedIn(page)
  expect(grants(idp, 'authorization_code')).toHaveLength(1)
})

for (const keeper of ['memory', 'vault'] as const) {
  test.describe(`a kept page, with the tokens in ${keeper}`, () => {
    test.use({ keeper })

    test('shows nobody, once the session was ended in another tab', async ({ page, context, idp, demo }) => {
      await endSessionOfKeptPage(page, context, demo)
      idp.clearRequests()

      await goBackToDroppedPage(page, keeper)
      await expectPasswordPage(page)
      expect(authorizations(idp)).toHaveLength(1)
    })

    test('shows the other person, once somebody else has signed in in another tab', async ({
      page,
      context,
      demo,
    }) => {
      const other = await endSessionOfKeptPage(page, context, demo)
      await signIn(other, 'bob')

      await goBackToDroppedPage(page, keeper)
      await expectSignedIn(page, 'bob')
    })
  })
}

test('a kept page that no tab can speak to shows nobody either, once the session was ended in another', async ({
  page,
  context,
  demo,
}) => {
  await context.addInitScript(() => Reflect.deleteProperty(window, 'BroadcastChannel'))
  await endSessionOfKeptPage(page, context, demo)

  await goBackToKeptPage(page)
  await expect(heading(page)).toHaveText('You are signed out')
  await expectNobodysData(page)
})

test('whoever goes back after a sign-out finds nothing of the person in the kept page', async ({ page }) => {
  await signIn(page)
  await visit(page, 'Profile')
  await signOutAndReturn(page)

  await goBackToKeptPage(page)
  await expect(page).toHaveURL('/profile')
  await expect(heading(page)).toHaveText('You are signed out')
  await expectNobodysData(page)
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
  await enterPassword(page, 'bob')
  await expectSignedIn(page, 'bob')
})
