import { authorizations, grants } from '../provider-log.ts'
import { expectSignedIn, expectUrl, openTabInSession, signIn } from './steps.ts'
import { expect, test } from './test.ts'

test('after a reload of the only tab a hidden frame asks the provider, and the person is signed in without leaving the page', async ({
  tab,
  demo,
  idp,
}) => {
  await signIn(tab, `${demo.url}/?page=2#last`)
  idp.clearRequests()
  await tab.reload()
  await expectSignedIn(tab)
  await expectUrl(tab, `${demo.url}/?page=2#last`)
  expect(authorizations(idp)).toHaveLength(1)
  expect(grants(idp, 'authorization_code')).toMatchObject([{ status: 200 }])
  expect(demo.requests.filter(({ url }) => url.startsWith('/silent-callback.html'))).toHaveLength(1)
})

test.describe('with the tokens in the vault', () => {
  test.use({ keeper: 'vault' })

  // These engines end a shared worker with its last page. Whether a quick reload is before that or after, nobody says.
  test('reloads of the only tab ask the provider at most once each, and the person is signed in after each', async ({
    tab,
    demo,
    idp,
  }) => {
    await signIn(tab, demo.url)
    idp.clearRequests()
    for (const reloads of [1, 2, 3]) {
      await tab.reload()
      await expectSignedIn(tab)
      expect(authorizations(idp).length).toBeLessThanOrEqual(reloads)
    }
    expect(grants(idp, 'refresh_token')).toEqual([])
  })

  test('while another tab is open the vault lives on, and twenty reloads of either ask the provider nothing', async ({
    tab,
    openTab,
    demo,
    idp,
  }) => {
    await signIn(tab, demo.url)
    const second = await openTabInSession(openTab, demo.url)
    idp.clearRequests()
    for (let reloads = 0; reloads < 20; reloads += 1) {
      const reloaded = reloads % 2 === 0 ? second : tab
      await reloaded.reload()
      await expectSignedIn(reloaded)
    }
    expect(idp.requests).toEqual([])
  })
})
