import { authorizations } from '../provider-log.ts'
import { patienceMs } from './patience.ts'
import { readText } from './read-text.ts'
import {
  callApi,
  enterPassword,
  expectSignedIn,
  expectSignedOut,
  expectText,
  expectUrl,
  signIn,
  signOut,
  startSignIn,
} from './steps.ts'
import { button, header, link, main, said, sessionPanel } from './targets.ts'
import { expect, test } from './test.ts'

const unreachable = 'The sign-in service cannot be reached. Try again in a moment.'

test('a provider that is down at the click is said on the page, which is not left, and the next click signs in', async ({
  tab,
  demo,
  idp,
}) => {
  await tab.goto(`${demo.url}/`)
  await idp.goDown()
  await startSignIn(tab)
  await expectText(tab, said('alert'), unreachable)
  await expectUrl(tab, `${demo.url}/`)
  await idp.comeUp()
  await startSignIn(tab)
  await enterPassword(tab)
  await expectSignedIn(tab)
})

for (const keeper of ['memory', 'vault'] as const) {
  test.describe(`with the tokens in ${keeper}`, () => {
    test.use({ keeper })

    test('a provider that is down signs nobody out, and a sign-out meanwhile is one', async ({
      tab,
      demo,
      idp,
    }) => {
      await signIn(tab, `${demo.url}/`)
      await tab.click(link('Orders', header))
      await idp.goDown()
      await tab.click(button('Refresh now'))
      await expectText(tab, said('status', sessionPanel), unreachable)
      await callApi(tab)
      await idp.comeUp()
      // In the second after a failure nobody is asked again.
      await expect(async () => {
        await tab.click(button('Refresh now'))
        expect(await readText(tab, '[role=log]')).toMatch(/a new access token/)
      }).toPass({ timeout: patienceMs })

      await idp.goDown()
      await signOut(tab)
      await expectText(tab, 'h1', 'You are not signed in')
      await expectText(tab, said('alert'), unreachable)
      await idp.comeUp()
      await tab.reload()
      await expectText(tab, 'h1', 'You are signed out')
      await expectSignedOut(tab)
      expect(authorizations(idp)).toHaveLength(1)
      await tab.click(button('Sign in', main))
      await expectSignedIn(tab)
    })
  })
}
