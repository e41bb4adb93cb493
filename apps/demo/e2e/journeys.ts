import type { Idp } from '@latchkey/idp'
import { secondStepCode, users } from '@latchkey/idp'
import { type BrowserContext, expect, type Locator, type Page } from '@playwright/test'

/** Somebody the provider knows. */
export type Username = 'alice' | 'bob'

/** Opens a page of the demo, signs in by the button in its header and comes back to it. */
export async function signIn(page: Page, username: Username = 'alice', from = '/'): Promise<void> {
  await page.goto(from)
  await startSignIn(page)
  await enterPassword(page, username)
  await expectSignedIn(page, username)
}

/** Opens a guarded page, which sends the person to sign in by itself, and comes back to it. */
export async function signInAt(page: Page, path: string, username: Username = 'alice'): Promise<void> {
  await page.goto(path)
  await enterPassword(page, username)
  await expectSignedIn(page, username)
}

/** Opens another tab of the same browser, which finds its siblings' session. */
export async function openTabInSession(
  context: BrowserContext,
  path = '/',
  username: Username = 'alice',
): Promise<Page> {
  const tab = await context.newPage()
  await tab.goto(path)
  await expectSignedIn(tab, username)
  return tab
}

/** Leaves for the provider, by the button that every page has. */
export async function startSignIn(page: Page): Promise<void> {
  await header(page).getByRole('button', { name: 'Sign in' }).click()
}

/** On the provider's page: says who it is. */
export async function enterPassword(
  page: Page,
  username: Username = 'alice',
  password: string = person(username).password,
): Promise<void> {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** On the provider's page after it, where more proof is wanted. */
export async function confirmSecondStep(page: Page): Promise<void> {
  await page.getByLabel('Code on your phone').fill(secondStepCode)
  await page.getByRole('button', { name: 'Confirm' }).click()
}

/** On the home page: which app the provider is to take this one for. */
export async function chooseClient(
  page: Page,
  name: 'Partner Print Shop' | 'Pocket Bank' = 'Partner Print Shop',
): Promise<void> {
  await page.goto('/')
  const choice = page.getByRole('radio', { name })
  await choice.click()
  // The choice loads the page anew.
  await expect(choice).toBeChecked()
}

/** Every page that the navigation leads to, by its name there and in its title. */
export const pageNames = [
  'Home',
  'Profile',
  'Orders',
  'Hooks',
  'Guards',
  'Popups',
  'Idle',
  'APIs',
  'Step-up',
  'Photos',
  'Routers',
  'Server rendering',
  'Tenants',
  'Test kit',
] as const

/** Goes to a page inside the app, without loading anything. */
export async function visit(page: Page, name: (typeof pageNames)[number]): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click()
}

export async function callApi(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Call the API' }).click()
}

/** Presses a button that is out of use while its call goes on: who tries again must not ask a second time before. */
export async function pressAndAwaitAnswer(page: Page, name: 'Call the API' | 'Refresh now'): Promise<void> {
  const button = page.getByRole('button', { name })
  await button.click()
  await expect(button).toBeEnabled()
}

export async function refreshNow(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Refresh now' }).click()
  await expect(sessionLog(page)).toContainText('a new access token')
}

export async function signOut(page: Page): Promise<void> {
  await header(page).getByRole('button', { name: 'Sign out' }).click()
}

/** Signs out, at the provider too, and comes back to the home page. */
export async function signOutAndReturn(page: Page): Promise<void> {
  await signOut(page)
  await expect(page).toHaveURL('/')
  await expectSignedOut(page)
}

export async function signOutHereOnly(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out here only' }).click()
}

export async function expectSignedIn(page: Page, username: Username = 'alice'): Promise<void> {
  await expect(header(page).getByText(person(username).claims.name)).toBeVisible()
  await expect(header(page).getByRole('button', { name: 'Sign out' })).toBeVisible()
}

export async function expectSignedOut(page: Page): Promise<void> {
  await expect(header(page).getByRole('button', { name: 'Sign in' })).toBeEnabled()
  await expectNobodysData(page)
}

/** The provider forgets the person: what it issued is refused, and no frame finds anybody signed in there. */
export async function endSessionAtProvider(page: Page, idp: Idp): Promise<void> {
  await idp.revokeGrants()
  await page.context().clearCookies()
}

/** Ends the provider's session by its own page, which belongs to no app. */
export async function signOutAtProvider(context: BrowserContext, { issuer }: Idp): Promise<void> {
  const tab = await context.newPage()
  await tab.goto(`${issuer}/session/end`)
  await tab.getByRole('button', { name: 'Sign out' }).click()
  await expect(heading(tab)).toHaveText('You are signed out')
  await tab.close()
}

/** Chooses that the session here ends with the provider's, in every tab: `watchProviderSession`. */
export async function watchProvider(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    if (location.protocol === 'http:') localStorage.setItem('latchkey-demo.watch', 'end here too')
  })
}

/** How often a page then asks. */
export const watchIntervalMs = 5000

/** On a page with a clock that was installed: makes it so late that a hidden frame is asked no longer. */
export async function giveUpFrame(page: Page): Promise<void> {
  await page.clock.fastForward('00:10')
}

/** Forgets that a session was here, so that no page looks for it. The provider's own goes on. */
export async function forgetSession(page: Page): Promise<void> {
  await page.evaluate(() => localStorage.clear())
}

/** The session panel is another matter: its log tells who was here. */
export async function expectNobodysData(page: Page): Promise<void> {
  for (const { claims } of users) {
    for (const part of [header(page), page.getByRole('main')]) {
      await expect(part).not.toContainText(claims.name)
      await expect(part).not.toContainText(claims.email)
    }
  }
}

/** The provider's page, so that there is no single sign-on. */
export async function expectPasswordPage(page: Page): Promise<void> {
  await expect(page.getByLabel('Password')).toBeVisible()
}

export function header(page: Page): Locator {
  return page.getByRole('banner')
}

export function heading(page: Page): Locator {
  return page.getByRole('heading', { level: 1 })
}

export function orders(page: Page): Locator {
  return page.getByRole('table', { name: 'Your orders' })
}

export function sessionLog(page: Page): Locator {
  return page.getByRole('log', { name: 'Session log' })
}

/** Says in the session panel how the page came to its session. */
export function rungs(page: Page): Locator {
  return page.getByRole('list', { name: 'How this page looked for the session' }).getByRole('listitem')
}

/** Says in the session panel where the tokens are. */
export function whereabouts(page: Page): Locator {
  return page.getByRole('complementary').getByText(/^Tokens /)
}

export function person(username: Username): (typeof users)[number] {
  const found = users.find((user) => user.username === username)
  if (!found) throw new Error(`The provider knows nobody called ${username}.`)
  return found
}
