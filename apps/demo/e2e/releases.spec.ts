import type { Page } from '@playwright/test'
import type { DemoServer } from './demo-server.ts'
import {
  enterPassword,
  expectPasswordPage,
  expectSignedIn,
  heading,
  openTabInSession,
  signIn,
  startSignIn,
} from './journeys.ts'
import { authorizations, grants } from './provider-log.ts'
import { expect, test } from './test.ts'

/** What looks for a session and signs people in: a page without a session does without it. */
const engine = /\/assets\/engine-[^/]*\.js$/

test.setTimeout(120_000)

test.beforeEach(({ problems }) => {
  // What a release took away.
  problems.allow(/status of 404 .*\/assets\//)
})

for (const keeper of ['memory', 'vault'] as const) {
  test.describe(`with the tokens in ${keeper}`, () => {
    test.use({ keeper })

    test('a page that a release catches half loaded is loaded anew before anybody is told that there is no session', async ({
      context,
      demo,
      idp,
    }) => {
      const tab = await context.newPage()
      await signIn(tab)
      const other = await openTabInSession(context)
      idp.clearRequests()
      await releaseInTheMiddle(other, demo)
      await stopClock(other)
      demo.clearRequests()

      await other.reload()

      await expectSignedIn(other)
      expect(pagesOf(demo)).toEqual(['GET /', 'HEAD /', 'GET /'])
      expect(authorizations(idp)).toEqual([])
    })

    test('a sign-in that comes back to a page that a release catches half loaded is finished all the same', async ({
      context,
      demo,
      idp,
    }) => {
      const page = await context.newPage()
      await page.goto('/profile')
      await expectPasswordPage(page)
      await releaseInTheMiddle(page, demo)

      await enterPassword(page)

      await expectSignedIn(page)
      await expect(page).toHaveURL('/profile')
      expect(grants(idp, 'authorization_code').map(({ status }) => status)).toEqual([200])
    })
  })
}

test('a sign-in that is asked for on a page of an older release goes on after that page was loaded anew', async ({
  page,
  demo,
}) => {
  await page.goto('/popups')
  demo.release()
  demo.clearRequests()

  await startSignIn(page)
  await enterPassword(page)

  await expectSignedIn(page)
  await expect(page).toHaveURL('/popups')
  expect(pagesOf(demo).slice(0, 2)).toEqual(['HEAD /popups', 'GET /popups'])
})

test('a guard on a page of an older release leads to the sign-in after that page was loaded anew', async ({
  page,
  demo,
}) => {
  await releaseInTheMiddle(page, demo)

  await page.goto('/profile')
  await enterPassword(page)

  await expectSignedIn(page)
  await expect(page).toHaveURL('/profile')
})

test('a page whose code is in no release is loaded anew once, and then says so', async ({
  context,
  demo,
}) => {
  const page = await context.newPage()
  await signIn(page)
  await page.route(engine, (route) => route.fulfill({ status: 404 }))
  await stopClock(page)
  demo.clearRequests()

  await page.reload()

  await expect(heading(page)).toBeVisible()
  await expect(page.getByRole('complementary')).toContainText('code_not_loaded')
  expect(pagesOf(demo)).toEqual(['GET /', 'HEAD /', 'GET /'])
  await startSignIn(page)
  await expect(page.getByRole('alert')).toBeVisible()
  expect(pagesOf(demo)).toHaveLength(3)
})

test('a page that cannot be had just now is not given up for one', async ({ context, demo, problems }) => {
  problems.allow(/ERR_FAILED/)
  const page = await context.newPage()
  await signIn(page)
  await page.route(engine, (route) => route.abort())
  await page.route(demo.url, (route) =>
    route.request().method() === 'HEAD' ? route.abort() : route.continue(),
  )
  demo.clearRequests()

  await page.reload()

  await expect(page.getByRole('complementary')).toContainText('code_not_loaded')
  expect(pagesOf(demo)).toEqual(['GET /'])

  // A browser may remember that the module could not be had; a click is worth a new page.
  await page.unrouteAll()
  await startSignIn(page)
  await expectSignedIn(page)
})

test('nothing is left that would sign in somebody who does not ask for it', async ({ page, demo }) => {
  await page.goto('/')
  demo.release()
  await startSignIn(page)
  await expectPasswordPage(page)

  await page.goto('/')

  await expect(heading(page)).toBeVisible()
  expect(await page.evaluate(() => Object.keys(sessionStorage).filter((key) => /reload/.test(key)))).toEqual(
    [],
  )
})

/** The next page is of one release, and what it loads on demand of the next. */
async function releaseInTheMiddle(page: Page, demo: DemoServer): Promise<void> {
  await page.route(
    engine,
    async (route) => {
      demo.release()
      await route.continue()
    },
    { times: 1 },
  )
}

/** However busy the machine is: nobody is told that there is no session because looking for it takes long. */
async function stopClock(page: Page): Promise<void> {
  await page.clock.install()
  await page.clock.pauseAt(Date.now() + 1000)
}

/** Of which pages the browser asked for what, in order. */
function pagesOf({ requests }: DemoServer): readonly string[] {
  return requests.filter(({ url }) => !url.includes('.')).map(({ method, url }) => `${method} ${url}`)
}
