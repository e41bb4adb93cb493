import { type Idp, secondStepCode } from '@latchkey/idp'
import { expect } from '@playwright/test'
import type { DemoServer } from '../demo-server.ts'
import { person, type Username } from '../journeys.ts'
import type { Tab, Target } from './engine.ts'
import { patienceMs } from './patience.ts'
import { readText } from './read-text.ts'
import { runInPage } from './run-in-page.ts'
import { button, field, header, main } from './targets.ts'

/** Opens a page of the demo, signs in by the button in its header and comes back to it. */
export async function signIn(tab: Tab, url: string, username: Username = 'alice'): Promise<void> {
  await tab.goto(url)
  await startSignIn(tab)
  await enterPassword(tab, username)
  await expectSignedIn(tab, username)
}

/** Leaves for the provider, by the button that every page has. */
export async function startSignIn(tab: Tab): Promise<void> {
  await tab.click(button('Sign in', header))
}

/** On the provider's page: says who it is. */
export async function enterPassword(tab: Tab, username: Username = 'alice'): Promise<void> {
  await tab.fill(field('Username'), username)
  await tab.fill(field('Password'), person(username).password)
  await tab.click(button('Sign in'))
}

/** On the provider's page after it, where more proof is wanted. */
export async function confirmSecondStep(tab: Tab): Promise<void> {
  await tab.fill(field('Code on your phone'), secondStepCode)
  await tab.click(button('Confirm'))
}

/** Opens another tab of the same browser, which finds its siblings' session. */
export async function openTabInSession(openTab: () => Promise<Tab>, url: string): Promise<Tab> {
  const tab = await openTab()
  await tab.goto(url)
  await expectSignedIn(tab)
  return tab
}

/** Sets a switch of the demo, on a page of it: it is looked at when the next one is loaded. */
export async function choose(
  tab: Tab,
  name: 'client' | 'ending' | 'idle-timeout' | 'keeper',
  choice: string,
): Promise<void> {
  await runInPage(tab, setSwitch, name, choice)
}

/** Runs in a page of the demo. Which app this is, each tab says for itself. */
function setSwitch(name: string, choice: string): null {
  const storage = name === 'client' ? sessionStorage : localStorage
  storage.setItem(`latchkey-demo.${name}`, choice)
  return null
}

/** Signs in on the page with a form, which then stays as it is where its session ends. */
export async function signInToKeptPage(tab: Tab, { url }: DemoServer): Promise<void> {
  await tab.goto(url)
  await choose(tab, 'ending', 'keep the page')
  await signIn(tab, `${url}/popups`)
}

/** Ends the provider's session by its own page, which belongs to no app. */
export async function signOutAtProvider(openTab: () => Promise<Tab>, { issuer }: Idp): Promise<void> {
  const tab = await openTab()
  await tab.goto(`${issuer}/session/end`)
  await tab.click(button('Sign out'))
  await expectText(tab, 'h1', 'You are signed out')
  await tab.close()
}

/** The provider forgets the person, and the API the token: the next call finds that the session is over. */
export async function loseSession(openTab: () => Promise<Tab>, idp: Idp): Promise<void> {
  await signOutAtProvider(openTab, idp)
  await idp.revokeGrants()
  const headers = { 'www-authenticate': 'Bearer error="invalid_token"' }
  idp.addFault({ path: '/me', status: 401, headers, times: 1 })
}

export async function callApi(tab: Tab): Promise<void> {
  await tab.click(button('Call the API', main))
  await expectText(tab, 'table', /Brass key/)
}

export async function signOut(tab: Tab): Promise<void> {
  await tab.click(button('Sign out', header))
}

export async function expectSignedIn(tab: Tab, username: Username = 'alice'): Promise<void> {
  await expectText(tab, button('Sign out', header), 'Sign out')
  await expectText(tab, `${header}//*[@class="person"]`, person(username).claims.name)
}

export async function expectSignedOut(tab: Tab): Promise<void> {
  await expectText(tab, `${header}//button[not(@disabled)]`, 'Sign in')
}

/** The provider's page, so that there is no single sign-on. */
export async function expectPasswordPage(tab: Tab): Promise<void> {
  await expectText(tab, 'h1', 'Sign in')
}

/** Waits until an element says so, through whatever pages come in between. */
export async function expectText(tab: Tab, target: Target, text: string | RegExp): Promise<void> {
  const expected = typeof text === 'string' ? text : expect.stringMatching(text)
  await eventually(async () => expect(await readText(tab, target), target).toEqual(expected))
}

/** Waits until the tab is at this address, query and hash included. */
export async function expectUrl(tab: Tab, url: string): Promise<void> {
  await eventually(async () => expect(await tab.url()).toBe(url))
}

/** A page that is just being left answers no driver, so what throws is asked again too. */
async function eventually(assertion: () => Promise<void>): Promise<void> {
  await expect(assertion).toPass({ timeout: patienceMs })
}
