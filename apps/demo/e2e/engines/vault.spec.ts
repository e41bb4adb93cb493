import { runInPage } from './run-in-page.ts'
import { expectSignedIn, expectText, signIn } from './steps.ts'
import { button, header, link, main } from './targets.ts'
import { expect, test } from './test.ts'

test.beforeEach(async ({ tab, demo }) => {
  await tab.goto(demo.url)
  await runInPage(tab, () => {
    localStorage.setItem('latchkey-demo.keeper', 'vault')
    return null
  })
  await signIn(tab, demo.url)
})

test('the vault calls the API', async ({ tab, idp }) => {
  await tab.click(link('Orders', header))
  await tab.click(button('Call the API', main))
  await expectText(tab, 'table', /Brass key/)
  expect(idp.reuses).toEqual([])
})

test('while another tab is open, the vault outlives a reload, which asks the provider nothing', async ({
  tab,
  openTab,
  demo,
  idp,
}) => {
  const second = await openTab()
  await second.goto(demo.url)
  await expectSignedIn(second)
  idp.clearRequests()
  for (const reloaded of [second, tab, second]) {
    await reloaded.reload()
    await expectSignedIn(reloaded)
  }
  expect(idp.requests).toEqual([])
})

test('the vault ends with its only tab, and after a reload a hidden frame brings the session back', async ({
  tab,
  idp,
}) => {
  await tab.reload()
  await expectSignedIn(tab)
  await tab.click(link('Orders', header))
  await tab.click(button('Call the API', main))
  await expectText(tab, 'table', /Brass key/)
  expect(idp.reuses).toEqual([])
})
