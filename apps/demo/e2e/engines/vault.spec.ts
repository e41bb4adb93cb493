import { expectText, signIn } from './steps.ts'
import { button, header, link, main } from './targets.ts'
import { expect, test } from './test.ts'

for (const keeper of ['vault', 'sealed vault'] as const) {
  test.describe(`the ${keeper}`, () => {
    test.use({ keeper })

    test('calls the API, and goes on after a reload', async ({ tab, demo, idp }) => {
      await signIn(tab, demo.url)
      await tab.click(link('Orders', header))
      for (const isReloaded of [false, true]) {
        if (isReloaded) await tab.reload()
        await tab.click(button('Call the API', main))
        await expectText(tab, 'table', /Brass key/)
      }
      expect(idp.reuses).toEqual([])
    })
  })
}
