import type {
  BrowserContext,
  Fixtures,
  Page,
  PlaywrightTestArgs,
  PlaywrightTestOptions,
  PlaywrightWorkerArgs,
  PlaywrightWorkerOptions,
} from '@playwright/test'
import { contextOptionsOf } from './context-options.ts'

/** What a browser keeps of a sign-in: the provider's cookies, and that there was a session. Never a token. */
export type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>

/** What the tests of one worker share. */
export interface AuthWorkerFixtures {
  /** How to sign in. Override it where that depends on other worker fixtures, such as a server. */
  readonly signInOnce: (page: Page) => Promise<void>
  readonly authState: StorageState
}

/** What `test.extend` takes: every test begins with what the browser knows after the sign-in. */
export type AuthFixtures = Fixtures<
  object,
  AuthWorkerFixtures,
  PlaywrightTestArgs & PlaywrightTestOptions,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions
>

/**
 * Fixtures that sign in once per worker, with whatever a person would do at a real provider, and begin every test with
 * what the browser then knows. The app finds its session as after a reload: in a hidden frame where the provider is on
 * the same site, by `restoreByRedirect`, or at the first click on "Sign in", without a password. The sign-in happens in
 * a browser as the project's `use` describes it (`baseURL`, `viewport`, `ignoreHTTPSErrors` …), and begins with its
 * `storageState`.
 *
 * @param options `signIn` goes to the app, signs in and comes back. A relative address needs the option `baseURL`.
 *
 * @example
 * ```ts
 * import { test as base } from '@playwright/test'
 * import { type AuthWorkerFixtures, createAuthFixture } from '@latchkey/testing/playwright'
 *
 * export const test = base.extend<object, AuthWorkerFixtures>(
 *   createAuthFixture({
 *     signIn: async (page) => {
 *       await page.goto('/')
 *       await page.getByRole('button', { name: 'Sign in' }).click()
 *       await page.getByLabel('Username').fill('alice')
 *       await page.getByLabel('Password').fill('a password of the local provider')
 *       await page.getByRole('button', { name: 'Sign in' }).click()
 *       await page.getByText('Alice').waitFor()
 *     },
 *   }),
 * )
 * ```
 */
export function createAuthFixture({
  signIn,
}: {
  readonly signIn?: (page: Page) => Promise<void>
} = {}): AuthFixtures {
  return {
    signInOnce: [
      // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from its parameter
      async ({}, use) => {
        if (signIn) await use(signIn)
        else throw new Error('Pass createAuthFixture() a `signIn`, or override the fixture `signInOnce`.')
      },
      { scope: 'worker' },
    ],

    authState: [
      async ({ browser, playwright, signInOnce }, use, { project }) => {
        const { actionTimeout, navigationTimeout, testIdAttribute } = project.use
        if (testIdAttribute !== undefined) playwright.selectors.setTestIdAttribute(testIdAttribute)
        const context = await browser.newContext(contextOptionsOf(project.use))
        if (actionTimeout !== undefined) context.setDefaultTimeout(actionTimeout)
        if (navigationTimeout !== undefined) context.setDefaultNavigationTimeout(navigationTimeout)
        await signInOnce(await context.newPage())
        const state = await context.storageState()
        await context.close()
        await use(state)
      },
      { scope: 'worker' },
    ],

    storageState: async ({ authState }, use) => use(authState),
  }
}
