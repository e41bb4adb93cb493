import { authorizations, grants } from '../provider-log.ts'
import { lifetimeSeconds, soakRounds, soakSeconds } from '../soak/settings.ts'
import type { Tab } from './engine.ts'
import { patienceMs } from './patience.ts'
import { readText } from './read-text.ts'
import { expectSignedIn, openTabInSession, signIn } from './steps.ts'
import { button, header, link, main } from './targets.ts'
import { expect, test } from './test.ts'

test.use({ accessTokenSeconds: lifetimeSeconds })
// One driver after the other asks six tabs.
test.setTimeout(150_000 + soakSeconds * 2000)

for (const keeper of ['memory', 'vault'] as const) {
  test.describe(`with the tokens in ${keeper}`, () => {
    test.use({ keeper })

    test('six tabs live on tokens of five seconds, and no refresh token is used twice', async ({
      tab,
      openTab,
      demo,
      idp,
    }, info) => {
      await signIn(tab, demo.url)
      await tab.click(link('Orders', header))
      const tabs = [tab]
      while (tabs.length < 6) {
        const another = await openTabInSession(openTab, `${demo.url}/orders`)
        tabs.push(another)
      }
      idp.clearRequests()
      const until = Date.now() + soakSeconds * 1000
      while (Date.now() < until || grants(idp, 'refresh_token').length < soakRounds) {
        await Promise.all(tabs.map(callApi))
      }
      const refreshes = grants(idp, 'refresh_token')
      info.annotations.push({ type: 'refreshes', description: String(refreshes.length) })
      expect(refreshes.every(({ status }) => status === 200)).toBe(true)
      expect(idp.reuses).toEqual([])
      expect(authorizations(idp)).toEqual([])
      for (const each of tabs) {
        await expectSignedIn(each)
        await expectAnswer(each)
      }
    })
  })
}

function callApi(tab: Tab): Promise<void> {
  return tab.click(button('Call the API', main))
}

/** A call may meet a token in its last second, or a connection that the API has just closed: then there is a next one. */
async function expectAnswer(tab: Tab): Promise<void> {
  await expect(async () => {
    await callApi(tab)
    expect(await readText(tab, main)).toMatch(/The API answered/)
  }).toPass({ timeout: patienceMs })
}
