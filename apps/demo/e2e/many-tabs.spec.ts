import type { Page } from '@playwright/test'
import {
  expectNobodysData,
  expectSignedIn,
  expectSignedOut,
  header,
  heading,
  orders,
  signIn,
  signOut,
  visit,
} from './journeys.ts'
import { authorizations, grants, requestsTo } from './provider-log.ts'
import { lifetimeSeconds, soakRounds, soakSeconds } from './soak.ts'
import { expect, test } from './test.ts'

test.use({ accessTokenSeconds: lifetimeSeconds })
test.setTimeout(90_000 + soakSeconds * 2000)

for (const keeper of ['memory', 'vault'] as const) {
  test.describe(`with the tokens in ${keeper}`, () => {
    test.use({ keeper })

    test('six tabs that call the API all the time refresh as one, and no refresh token is used twice', async ({
      context,
      idp,
      problems,
    }, info) => {
      // `exp` is in whole seconds: with so short a life some calls come too late.
      problems.allow(/status of 401/)
      const tabs = await Promise.all(Array.from({ length: 6 }, () => context.newPage()))
      const [first, ...others] = tabs as [Page, ...Page[]]
      await signIn(first)
      await visit(first, 'Orders')
      for (const tab of others) {
        await tab.goto('/orders')
        await expectSignedIn(tab)
      }
      idp.clearRequests()
      const startedAt = Date.now()
      for (const tab of tabs) await callApiAllTheTime(tab)

      await expect(() => {
        expect(Date.now() - startedAt).toBeGreaterThanOrEqual(soakSeconds * 1000)
        expect(grants(idp, 'refresh_token').length).toBeGreaterThanOrEqual(soakRounds)
      }).toPass({ timeout: soakSeconds * 2000 + 30_000 })
      const elapsedSeconds = (Date.now() - startedAt) / 1000

      const refreshes = grants(idp, 'refresh_token')
      info.annotations.push({ type: 'refreshes', description: String(refreshes.length) })
      expect(idp.reuses).toEqual([])
      expect(refreshes.filter(({ status }) => status !== 200)).toEqual([])
      // A token is replaced when a fifth of its life is left: at most once in that time, whoever asks.
      expect(refreshes.length).toBeLessThanOrEqual(elapsedSeconds / (lifetimeSeconds * 0.8) + 1)
      expect(authorizations(idp)).toEqual([])
      for (const tab of tabs) {
        await expectSignedIn(tab)
        await expect(orders(tab)).toBeVisible()
      }
      expect(requestsTo(idp, '/orders').length).toBeGreaterThan(tabs.length * soakRounds)
    })

    test('a sign-out in one of eight tabs is one in all, and none of the others goes anywhere', async ({
      context,
      idp,
    }, info) => {
      const tabs = await Promise.all(Array.from({ length: 8 }, () => context.newPage()))
      const [first, ...others] = tabs as [Page, ...Page[]]
      await signIn(first)
      for (const tab of others) {
        await tab.goto('/profile')
        await expectSignedIn(tab)
        await noteWhenSignedOut(tab)
      }
      idp.clearRequests()
      const loads = others.map((tab) => countLoads(tab))
      await first.evaluate(() => {
        addEventListener('click', () => console.info(`clicked at ${Date.now()}`), {
          capture: true,
          once: true,
        })
      })
      const clicked = first.waitForEvent('console', (message) => message.text().startsWith('clicked at '))
      await signOut(first)
      const clickedAt = Number((await clicked).text().split(' ').at(-1))

      for (const tab of others) {
        await expect(heading(tab)).toHaveText('You are signed out')
        await expectNobodysData(tab)
        await expect(tab).toHaveURL('/profile')
      }
      await expectSignedOut(first)
      const latest = Math.max(...(await Promise.all(others.map(signedOutAt))))
      info.annotations.push({ type: 'all signed out after', description: `${latest - clickedAt} ms` })
      expect(loads.map((count) => count())).toEqual(others.map(() => 0))
      expect(authorizations(idp)).toEqual([])
      expect(requestsTo(idp, '/token/revocation')).toHaveLength(1)
      expect(requestsTo(idp, '/session/end')).toHaveLength(1)
    })
  })
}

/** Presses the button again as soon as it may be pressed, for as long as the page lives. */
async function callApiAllTheTime(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Call the API' }).evaluate((button: HTMLButtonElement) => {
    setInterval(() => {
      if (button.ariaDisabled !== 'true') button.click()
    }, 100)
  })
}

async function noteWhenSignedOut(page: Page): Promise<void> {
  await header(page).evaluate((element) => {
    const observer = new MutationObserver(() => {
      if (!element.textContent.includes('Sign in')) return
      Object.assign(window, { signedOutAt: Date.now() })
      observer.disconnect()
    })
    observer.observe(element, { childList: true, subtree: true, characterData: true })
  })
}

function signedOutAt(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as { signedOutAt: number }).signedOutAt)
}

function countLoads(page: Page): () => number {
  let loads = 0
  page.on('domcontentloaded', () => {
    loads += 1
  })
  return () => loads
}
