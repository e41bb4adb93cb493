import { requestsTo } from '../provider-log.ts'
import { choose, enterPassword, expectSignedOut, expectText, startSignIn } from './steps.ts'
import { button, said } from './targets.ts'
import { expect, test } from './test.ts'

test('a session in which nobody does anything ends in all tabs, and a reload finds nobody', async ({
  tab,
  openTab,
  demo,
  idp,
}) => {
  const other = await openTab()
  await tab.goto(demo.url)
  await choose(tab, 'idle-timeout', '9')
  for (const each of [other, tab]) await each.goto(`${demo.url}/idle`)
  await startSignIn(tab)
  await enterPassword(tab)
  await other.click(button('Stay signed in'))
  // From here on nothing is done.
  for (const each of [tab, other]) {
    await expectText(each, said('status'), /nobody was here/)
    await expectSignedOut(each)
  }
  await expect.poll(() => requestsTo(idp, '/token/revocation').length).toBeGreaterThan(0)
  await tab.reload()
  await expectSignedOut(tab)
})
