import type { JSHandle, Page } from '@playwright/test'
import { clientOf } from './client-of-page.ts'
import {
  callApi,
  expectSignedIn,
  expectSignedOut,
  orders,
  rungs,
  signIn,
  signOutAndReturn,
  visit,
  whereabouts,
} from './journeys.ts'
import { type PacedApi, usePacedApi } from './paced-api.ts'
import { grants, requestsTo } from './provider-log.ts'
import { test as base, expect } from './test.ts'

const test = base.extend<{ readonly api: PacedApi }>({ api: usePacedApi })

test.use({ keeper: 'sealed vault' })

test('no call is given a token, and the API is called by the vault all the same', async ({ page, idp }) => {
  await signIn(page)
  await expect(whereabouts(page)).toContainText('in the vault')
  const client = await clientOf(page)
  for (const request of [{}, { forceRefresh: true }]) {
    expect(
      await client.evaluate((auth, wish) => auth.getAccessToken(wish).catch(({ code }) => code), request),
    ).toBe('token_sealed')
  }
  await page.getByRole('button', { name: 'Refresh now' }).click()
  await expect(page.getByRole('complementary')).toContainText('no page is given a token')

  const askedByPage: string[] = []
  page.on('request', (request) => askedByPage.push(request.url()))
  await visit(page, 'Orders')
  await callApi(page)
  await expect(orders(page)).toBeVisible()
  expect(requestsTo(idp, '/orders')).toMatchObject([{ server: 'api', status: 200 }])
  expect(askedByPage.filter((url) => url.startsWith(idp.apiUrl))).toEqual([])
  expect(grants(idp, 'refresh_token')).toEqual([])
  await expectSignedIn(page)
})

test('five reloads ask the provider nothing, and the vault goes on calling the API', async ({
  page,
  idp,
}) => {
  await signIn(page)
  idp.clearRequests()
  for (let reloads = 0; reloads < 5; reloads += 1) {
    await page.reload()
    await expectSignedIn(page)
  }
  await expect(rungs(page)).toHaveText(/^The vault had the session/)
  expect(idp.requests).toEqual([])
  await visit(page, 'Orders')
  await callApi(page)
  await expect(orders(page)).toBeVisible()
})

test('an answer arrives in the pieces in which the API gives it', async ({ page, api }) => {
  await signIn(page)
  const answer = fetchByVault(page, api.url)
  const call = await api.nextCall()
  expect(call.authorization).toMatch(/^Bearer ./)
  for (const piece of ['one', 'two', 'three']) {
    call.give(piece)
    expect(await readPiece(await answer)).toBe(piece)
  }
  call.end()
  expect(await readPiece(await answer)).toBe('')
})

test('an address that is not listed is refused, and nothing is sent', async ({ page, idp, demo }) => {
  await signIn(page)
  const client = await clientOf(page)
  idp.clearRequests()
  demo.clearRequests()
  const unlisted = [
    `${idp.issuer}/me`,
    `${demo.url}/orders`,
    `${idp.apiUrl.replace('localhost', '127.0.0.1')}/orders`,
  ]
  for (const url of unlisted) {
    expect(await client.evaluate((auth, target) => auth.fetch(target).catch(({ code }) => code), url)).toBe(
      'url_not_allowed',
    )
  }
  expect(idp.requests).toEqual([])
  expect(demo.requests).toEqual([])
})

test.describe('giving up by `signal`', () => {
  test('stops a request that waits for its answer, at the API too', async ({ page, api }) => {
    await signIn(page)
    const stop = await page.evaluateHandle(() => new AbortController())
    const client = await clientOf(page)
    const refusal = client.evaluate(
      (auth, [url, { signal }]) => auth.fetch(url, { signal }).catch((reason: unknown) => reason),
      [api.url, stop] as const,
    )
    const call = await api.nextCall()
    await stop.evaluate((controller) => controller.abort('given up'))
    expect(await refusal).toBe('given up')
    await expect.poll(call.isGivenUp).toBe(true)
    await expectSignedIn(page)
  })

  test('stops an answer that has begun, at the API too', async ({ page, api }) => {
    await signIn(page)
    const stop = await page.evaluateHandle(() => new AbortController())
    const answer = fetchByVault(page, api.url, stop)
    const call = await api.nextCall()
    call.give('one')
    const reader = await answer
    expect(await readPiece(reader)).toBe('one')
    const refusal = reader.evaluate((pieces) => pieces.read().catch((reason: unknown) => reason))
    await stop.evaluate((controller) => controller.abort('given up'))
    expect(await refusal).toBe('given up')
    await expect.poll(call.isGivenUp).toBe(true)
    await expectSignedIn(page)
  })
})

test('after the sign-out a request goes without a token, and a reload finds nobody', async ({
  page,
  api,
}) => {
  await signIn(page)
  await signOutAndReturn(page)
  const client = await clientOf(page)
  const asked = client.evaluate((auth, url) => auth.fetch(url).then((response) => response.text()), api.url)
  const call = await api.nextCall()
  expect(call.authorization).toBeUndefined()
  call.give('public')
  call.end()
  expect(await asked).toBe('public')
  await page.reload()
  await expectSignedOut(page)
})

type Pieces = ReadableStreamDefaultReader<Uint8Array>

/** Asks from the page, and is ready when the answer begins. */
async function fetchByVault(
  page: Page,
  url: string,
  stop?: JSHandle<AbortController>,
): Promise<JSHandle<Pieces>> {
  const client = await clientOf(page)
  return client.evaluateHandle(
    async (auth, [target, controller]) => {
      const { body } = await auth.fetch(target, controller ? { signal: controller.signal } : {})
      return body?.getReader() as Pieces
    },
    [url, stop] as const,
  )
}

/** What the page reads next, and nothing after the end. */
function readPiece(reader: JSHandle<Pieces>): Promise<string> {
  return reader.evaluate(async (pieces) => new TextDecoder().decode((await pieces.read()).value))
}
