import { type AuthWorkerFixtures, createAuthFixture } from '../../../packages/testing/src/playwright/index.ts'
import { expectPasswordPage, expectSignedIn, forgetSession, signIn, startSignIn } from './journeys.ts'
import { usualServers } from './servers.ts'
import { test as base, expect } from './test.ts'

/** How often somebody has typed a password, in this worker. */
let signIns = 0

const test = base.extend<object, AuthWorkerFixtures>({
  ...createAuthFixture(),
  signInOnce: [
    async ({ serverPool }, use) => {
      const { demo } = await serverPool.get(usualServers)
      await use(async (page) => {
        signIns += 1
        await signIn(page, 'alice', demo.url)
      })
    },
    { scope: 'worker' },
  ],
})

// In order, and so in one worker.
test.describe.configure({ mode: 'default' })

for (const turn of ['first', 'next']) {
  test(`begins signed in: the ${turn} test of a worker`, async ({ page, idp }) => {
    await page.goto('/')
    await expectSignedIn(page)
    expect(signIns).toBe(1)
    expect(idp.requests.filter(({ path }) => path === '/auth')).toHaveLength(1)
  })
}

test('signs in by one click, without a password, where the app has forgotten the session', async ({
  page,
}) => {
  await page.goto('/silent-callback.html')
  await forgetSession(page)
  await page.goto('/')
  await startSignIn(page)
  await expectSignedIn(page)
  expect(signIns).toBe(1)
})

base('is nothing to a test that did not ask for it', async ({ page }) => {
  await page.goto('/')
  await startSignIn(page)
  await expectPasswordPage(page)
})
