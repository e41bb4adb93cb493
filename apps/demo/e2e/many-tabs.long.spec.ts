import type { Page } from '@playwright/test'
import {
  expectNobodysData,
  expectSignedIn,
  expectSignedOut,
  header,
  heading,
  signIn,
  signOut,
} from './journeys.ts'
import { authorizations, requestsTo } from './provider-log.ts'
import { expect, test } from './test.ts'

// Eight tabs are many for a busy machine.
test.setTimeout(120_000)

for (const keeper of ['memory', 'vault'] as const) {
  test.describe(`with the tokens in ${keeper}`, () => {
    test.use({ keeper })

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
