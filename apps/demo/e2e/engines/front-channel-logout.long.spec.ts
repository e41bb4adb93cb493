import {
  choose,
  enterPassword,
  expectSignedIn,
  expectSignedOut,
  expectText,
  openTabInSession,
  signOut,
  startSignIn,
} from './steps.ts'
import { button } from './targets.ts'
import { expect, test } from './test.ts'

test('a sign-out of another app at the provider ends the session of this one, in all tabs', async ({
  tab,
  openTab,
  engineName,
  demo,
}) => {
  const openPartner = async (partner = tab) => {
    await partner.goto(demo.url)
    await choose(partner, 'client', 'latchkey-partner')
    return partner
  }
  await openPartner()
  await tab.reload()
  await startSignIn(tab)
  await enterPassword(tab)
  await tab.click(button('Allow'))
  await expectSignedIn(tab)
  const second = await openTabInSession(async () => openPartner(await openTab()), demo.url)
  const otherApp = await openTab()
  await otherApp.goto(demo.url)
  await startSignIn(otherApp)
  await expectSignedIn(otherApp)

  demo.clearRequests()
  await signOut(otherApp)
  const loaded = () => demo.requests.filter(({ url }) => url.startsWith('/front-channel-logout.html?'))
  await expect.poll(loaded).toHaveLength(1)
  for (const each of [tab, second]) {
    // It keeps a frame's storage apart for each origin that it stands in, so there the frame knows of no session.
    if (engineName === 'webkit') await expectSignedIn(each)
    else {
      await expectSignedOut(each)
      await expectText(each, '[role=log]', /signed_out_elsewhere/)
    }
  }
})
