import { signIn, whereabouts } from './journeys.ts'
import type { KeeperKind } from './keeper-kind.ts'
import { expect, test } from './test.ts'

/** What the page suggests to press, and what the panel says of the tokens. */
const expected: Readonly<Record<KeeperKind, { suggests: readonly string[]; says: RegExp }>> = {
  memory: { suggests: ['Refresh now', 'Expire now', 'Go offline'], says: /in this page’s memory/ },
  'at rest': { suggests: ['Expire now', 'Go offline'], says: /at rest in this browser, bound to a key/ },
  vault: { suggests: ['Refresh now'], says: /in the vault, .* lends pages an access token/ },
  'sealed vault': { suggests: [], says: /sealed in the vault: no page is given one/ },
}

for (const keeper of ['memory', 'at rest', 'vault', 'sealed vault'] as const) {
  test.describe(`with the tokens in: ${keeper}`, () => {
    test.use({ keeper })

    test('the page suggests no button that could not be pressed', async ({ page, problems }) => {
      // A server that wants a nonce in the proof of bound tokens says so by a refusal.
      problems.allow(/status of 400/)
      await signIn(page)
      const { suggests, says } = expected[keeper]
      await expect(whereabouts(page)).toContainText(says)
      for (const name of ['Refresh now', 'Expire now', 'Go offline']) {
        const suggestion = page.getByRole('main').locator('strong', { hasText: name })
        await expect(suggestion).toHaveCount(suggests.includes(name) ? 1 : 0)
        if (suggests.includes(name)) await expect(page.getByRole('button', { name })).toBeEnabled()
      }
    })
  })
}
