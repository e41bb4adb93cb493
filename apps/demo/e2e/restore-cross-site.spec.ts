import { watchFrames } from './frames.ts'
import {
  expectSignedIn,
  expectSignedOut,
  heading,
  openTabInSession,
  rungs,
  signIn,
  signInAt,
} from './journeys.ts'
import { authorizations } from './provider-log.ts'
import { expect, test } from './test.ts'

/** To `localhost`, where the app is, this is another site: its cookies are third-party ones in a frame of the app. */
test.use({ providerHost: '127.0.0.1' })

test('the browser of these tests keeps the provider’s cookies from a frame, so asking there would be in vain', async ({
  page,
  idp,
}) => {
  await signIn(page)
  const answer = await page.evaluate(
    (issuer) =>
      new Promise<string>((resolve) => {
        addEventListener('message', ({ data }) => resolve(data.url))
        const url = new URL(`${issuer}/auth`)
        url.search = new URLSearchParams({
          client_id: 'latchkey-demo',
          redirect_uri: `${location.origin}/silent-callback.html`,
          response_type: 'code',
          scope: 'openid',
          prompt: 'none',
          state: 'none-of-the-sdk',
          code_challenge: 'x'.repeat(43),
          code_challenge_method: 'S256',
        }).toString()
        document.body.append(Object.assign(document.createElement('iframe'), { src: url.href }))
      }),
    idp.issuer,
  )
  expect(new URL(answer).searchParams.get('error')).toBe('login_required')
})

test('a reload of the only tab opens no frame and asks the provider nothing: the person is signed out', async ({
  page,
  idp,
}) => {
  await signIn(page)
  idp.clearRequests()
  const frames = watchFrames(page)
  await page.reload()
  await expectSignedOut(page)
  await expect(rungs(page)).toHaveText([
    /^Another tab had nothing/,
    'The provider, in a hidden frame was not asked (its cookies do not reach a frame here)',
    'The provider, by a redirect was not asked (no option says so)',
  ])
  expect(frames.count()).toBe(0)
  expect(authorizations(idp)).toEqual([])
})

test('a reload is signed in where another tab lives', async ({ page, context, idp }) => {
  await signIn(page)
  const second = await openTabInSession(context, '/orders')
  idp.clearRequests()
  for (const tab of [page, second]) {
    await tab.reload()
    await expectSignedIn(tab)
    await expect(rungs(tab)).toHaveText(/^Another tab had the session/)
  }
  expect(idp.requests).toEqual([])
})

test('a reload of a guarded page signs in by the provider’s session, with one redirect', async ({
  page,
  idp,
}) => {
  await signInAt(page, '/profile/details?tab=claims#email')
  idp.clearRequests()
  const frames = watchFrames(page)
  await page.reload()
  await expectSignedIn(page)
  await expect(heading(page)).toHaveText('Profile details')
  await expect(page).toHaveURL('/profile/details?tab=claims#email')
  expect(frames.count()).toBe(0)
  expect(authorizations(idp)).toHaveLength(1)
})

test.describe('with the tokens in the vault', () => {
  test.use({ keeper: 'vault' })

  test('a reload of the only tab is signed in, and asks nobody', async ({ page, idp }) => {
    await signIn(page)
    idp.clearRequests()
    await page.reload()
    await expectSignedIn(page)
    await expect(rungs(page)).toHaveText(/^The vault had the session/)
    expect(idp.requests).toEqual([])
  })
})
