import { expect } from '@playwright/test'
import { person, type Username } from '../journeys.ts'
import type { Tab, Target } from './engine.ts'
import { patienceMs } from './patience.ts'
import { readText } from './read-text.ts'
import { button, field, header } from './targets.ts'

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
