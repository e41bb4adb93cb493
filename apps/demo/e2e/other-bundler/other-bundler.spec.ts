import type { Idp } from '@latchkey/idp'
import type { Page } from '@playwright/test'
import { enterPassword } from '../journeys.ts'
import { test as base, expect } from '../own-app-test.ts'
import { serveOtherApp } from './serve-app.ts'

interface Servers {
  readonly idp: Idp
  readonly url: string
}

const test = base.extend<{ script: 'main' | 'hosted'; servers: Servers }>({
  script: ['main', { option: true }],
  servers: async ({ script, provider }, use) => {
    const app = await serveOtherApp(script)
    const idp = await provider.start([app.url])
    await app.deploy(idp)
    await use({ idp, url: app.url })
    await app.stop()
  },
})

test('an app bundled by esbuild signs in with the vault, and a reload asks the provider nothing', async ({
  page,
  servers: { idp, url },
}) => {
  await page.goto(url)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await enterPassword(page)
  await expect(page.getByRole('heading')).toHaveText('Hello, Alice Liddell')
  await expect(page.getByText('Tokens in vault')).toBeVisible()

  idp.clearRequests()
  await page.reload()
  await expect(page.getByRole('heading')).toHaveText('Hello, Alice Liddell')
  await expect(page.getByText('Tokens in vault')).toBeVisible()
  expect(idp.requests).toEqual([])
})

test('without the vault’s file it restores the session by its silent callback page', async ({
  page,
  servers: { idp, url },
}) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'SharedWorker'))
  await page.goto(url)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await enterPassword(page)
  await expect(page.getByRole('heading')).toHaveText('Hello, Alice Liddell')
  await expect(page.getByText('Tokens in memory')).toBeVisible()
  await expect.poll(() => idp.requests.filter(({ path }) => path === '/auth').length).toBe(2)
})

test.describe('with a client that lives in the worker', () => {
  test.use({ script: 'hosted' })

  test('somebody signs in, calls the API, reloads without a request, and signs out in both tabs', async ({
    page,
    context,
    servers: { idp, url },
  }) => {
    await page.goto(`${url}/?view=all#here`)
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
    expect(idp.requests).toEqual([])
    await page.getByRole('button', { name: 'Sign in' }).click()
    await enterPassword(page)
    await expect(page.getByRole('heading')).toHaveText('Hello, Alice Liddell')
    await expect(page).toHaveURL(`${url}/?view=all#here`)
    await expect(page.getByText('Tokens in vault')).toBeVisible()
    await page.getByRole('button', { name: 'Ask for the orders' }).click()
    await expect(page.getByText('orders', { exact: false }).last()).toHaveText(/^\d+ orders$/)

    idp.clearRequests()
    await page.reload()
    await expect(page.getByRole('heading')).toHaveText('Hello, Alice Liddell')
    const second = await context.newPage()
    await second.goto(`${url}/private`)
    await expect(second.getByRole('heading')).toHaveText('Hello, Alice Liddell')
    expect(idp.requests).toEqual([])

    await second.getByRole('button', { name: 'Sign out' }).click()
    await expect(second.getByRole('button', { name: 'Sign in' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  })

  test('pages that are gone leave few clients behind, however often one is reloaded beside another', async ({
    page,
    context,
    servers: { url },
  }) => {
    await context.addInitScript(() => {
      if (location.protocol.startsWith('http')) localStorage.setItem('host', '/counted-host.js')
    })
    await page.goto(url)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await enterPassword(page)
    await expect(page.getByRole('heading')).toHaveText('Hello, Alice Liddell')
    const second = await context.newPage()
    await second.goto(url)
    await expect(second.getByRole('heading')).toHaveText('Hello, Alice Liddell')
    const before = await clientsBeside(page)
    for (let count = 0; count < 20; count++) {
      await second.reload()
      await expect(second.getByRole('heading')).toHaveText('Hello, Alice Liddell')
    }
    // So many may come back from the back/forward cache, as far as a host can tell.
    expect(await clientsBeside(page)).toBeLessThanOrEqual(before + 8)
  })

  test('a guarded page sends to sign in, and a browser without SharedWorker has a worker for each page', async ({
    page,
    context,
    servers: { idp, url },
  }) => {
    await context.addInitScript(() => Reflect.deleteProperty(window, 'SharedWorker'))
    await page.goto(`${url}/private?of=me`)
    await enterPassword(page)
    await expect(page.getByRole('heading')).toHaveText('Hello, Alice Liddell')
    await expect(page).toHaveURL(`${url}/private?of=me`)
    await expect(page.getByText('Tokens in memory')).toBeVisible()
    await page.getByRole('button', { name: 'Ask for the orders' }).click()
    await expect(page.getByText(/^\d+ orders$/)).toBeVisible()

    const second = await context.newPage()
    idp.clearRequests()
    await second.goto(url)
    await expect(second.getByRole('heading')).toHaveText('Hello, Alice Liddell')
    expect(idp.requests).toEqual([])
    await second.reload()
    await expect(second.getByRole('heading')).toHaveText('Hello, Alice Liddell')
  })
})

/** How many channels the clients in the worker hold, one each, beside the worker's own. */
function clientsBeside(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const channel = new BroadcastChannel('how-many')
        channel.onmessage = ({ data }) => {
          channel.close()
          resolve(data)
        }
        channel.postMessage('clients')
      }),
  )
}
