import { grants, requestsTo } from '../provider-log.ts'
import { choose, enterPassword, expectSignedIn, expectText, expectUrl, openTabInSession } from './steps.ts'
import { button, section } from './targets.ts'
import { expect, test } from './test.ts'

for (const keeper of ['memory', 'sealed vault'] as const) {
  test.describe(`with the tokens in ${keeper}`, () => {
    test.use({ keeper })

    test('two APIs get tokens of their own, the second one once somebody has signed in for it', async ({
      tab,
      openTab,
      demo,
      idp,
    }) => {
      await tab.goto(`${demo.url}/apis`)
      await enterPassword(tab)
      await tab.click(button('Ask the stock API'))
      await expectText(tab, section('Stock'), /did not ask for this/)
      expect(requestsTo(idp, '/stock')).toEqual([])
      await tab.click(button('Sign in for it'))
      await expectUrl(tab, `${demo.url}/apis`)
      await expectSignedIn(tab)

      idp.clearRequests()
      await tab.click(button('Ask the stock API'))
      await expectText(tab, section('Stock'), /There are 3 items.*stock:read/)
      await tab.click(button('Ask the orders API'))
      await expectText(tab, section('Orders'), /There are 3 orders/)
      const second = await openTabInSession(openTab, `${demo.url}/apis`)
      await second.click(button('Ask the stock API'))
      await expectText(second, section('Stock'), /There are 3 items/)
      expect(grants(idp, 'refresh_token')).toMatchObject([{ status: 200 }])
    })

    test('an API that takes bound tokens alone is called with proofs, after a reload too', async ({
      tab,
      demo,
      idp,
    }) => {
      await tab.goto(demo.url)
      await choose(tab, 'client', 'latchkey-bank')
      await tab.goto(`${demo.url}/apis`)
      await enterPassword(tab)
      await tab.click(button('Ask the payments API'))
      await expectText(tab, section('Payments'), /There are 2 payments/)
      idp.changeNonces()
      await tab.reload()
      await tab.click(button('Ask the payments API'))
      await expectText(tab, section('Payments'), /There are 2 payments/)
      expect(requestsTo(idp, '/payments').map(({ status }) => status)).toEqual(
        expect.arrayContaining([401, 200]),
      )
      expect(idp.reuses).toEqual([])
    })
  })
}
