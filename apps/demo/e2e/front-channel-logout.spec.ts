import type { BrowserContext, Page } from '@playwright/test'
import {
  chooseClient,
  enterPassword,
  expectSignedIn,
  expectSignedOut,
  sessionLog,
  signOutAndReturn,
  startSignIn,
} from './journeys.ts'
import { requestsTo } from './provider-log.ts'
import { expect, test } from './test.ts'

/** Signs in to the app that the provider tells of sign-outs, and gives what the provider calls its session. */
async function signInToPartner(page: Page, issuer: string): Promise<string> {
  await chooseClient(page)
  const tokenResponse = page.waitForResponse(`${issuer}/token`)
  await startSignIn(page)
  await enterPassword(page)
  await page.getByRole('button', { name: 'Allow' }).click()
  await expectSignedIn(page)
  const { id_token: idToken } = (await (await tokenResponse).json()) as { id_token: string }
  const payload = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString())
  return payload.sid
}

/** Everything that the app's tabs go by. */
const stored = (page: Page): Promise<Record<string, string>> => page.evaluate(() => ({ ...localStorage }))

/** A page that has another in a frame, which has done what it does once this is loaded. */
const framing = (address: string): string =>
  `<!doctype html><title>Framing</title><link rel="icon" href="data:,"><iframe src="${address.replaceAll('&', '&amp;')}"></iframe>`

async function visitOnce(context: BrowserContext, url: string): Promise<void> {
  const tab = await context.newPage()
  await tab.goto(url)
  await tab.close()
}

test('a sign-out of another app at the provider ends the session of this one, in all tabs (OpenID Connect Front-Channel Logout 1.0)', async ({
  page,
  context,
  idp,
  demo,
}) => {
  await signInToPartner(page, idp.issuer)
  const second = await context.newPage()
  await chooseClient(second)
  await expectSignedIn(second)
  const otherApp = await context.newPage()
  await otherApp.goto('/')
  await startSignIn(otherApp)
  await expectSignedIn(otherApp)

  demo.clearRequests()
  await signOutAndReturn(otherApp)
  for (const tab of [page, second]) {
    await expectSignedOut(tab)
    await expect(sessionLog(tab)).toContainText('signed_out_elsewhere')
  }
  // It loads nothing of the app, and asks the provider nothing.
  const loaded = demo.requests.filter(({ url }) => url.startsWith('/front-channel-logout.html?'))
  expect(loaded).toHaveLength(1)
  expect(requestsTo(idp, '/session/end/confirm')).toMatchObject([{ status: 200 }])
  await page.reload()
  await expectSignedOut(page)
})

test('a page that is framed, or opened, by whoever does not know the session ends nothing', async ({
  page,
  context,
  idp,
  demo,
  problems,
}) => {
  problems.allow(/frame-ancestors/)
  const sid = await signInToPartner(page, idp.issuer)
  const before = await stored(page)
  const addressOf = (query: Record<string, string>): string =>
    `${demo.url}/front-channel-logout.html?${new URLSearchParams(query)}`
  const told = addressOf({ iss: idp.issuer, sid })

  async function frameAtProvider(address: string): Promise<void> {
    const headers = { 'content-type': 'text/html' }
    idp.addFault({ path: '/framing', status: 200, headers, body: framing(address), times: 1 })
    await visitOnce(context, `${idp.issuer}/framing`)
  }

  const forged = [
    { iss: idp.issuer, sid: `${sid}x` },
    { iss: 'https://elsewhere.example', sid },
    { sid },
    { iss: 'https://elsewhere.example' },
  ]
  for (const query of forged) await frameAtProvider(addressOf(query))
  // The page may stand in nobody else's frame, and does nothing where it is opened by itself.
  demo.replace('/framing.html', framing(told))
  await visitOnce(context, `http://127.0.0.1:${demo.port}/framing.html`)
  await visitOnce(context, told)
  expect(await stored(page)).toEqual(before)
  await expectSignedIn(page)

  await frameAtProvider(told)
  await expectSignedOut(page)
})
