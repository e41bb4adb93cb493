import { type Idp, startIdp } from '@latchkey/idp'
import { test as base } from '@playwright/test'
import { watchForProblems } from '../browser-problems.ts'
import { enterPassword } from '../journeys.ts'
import { expect } from '../test.ts'
import { serveOtherApp } from './serve-app.ts'

interface Servers {
  readonly idp: Idp
  readonly url: string
}

const test = base.extend<{ servers: Servers }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture needs out of it
  servers: async ({}, use) => {
    const app = await serveOtherApp()
    const idp = await startIdp({ port: 0, apiPort: 0, appOrigins: [app.url] })
    await app.deploy(idp.issuer)
    await use({ idp, url: app.url })
    await Promise.all([idp.stop(), app.stop()])
  },
})

test('an app bundled by esbuild signs in with the vault, and a reload asks the provider nothing', async ({
  page,
  context,
  servers: { idp, url },
}) => {
  const problems = watchForProblems(context)
  problems.allow(/favicon/)
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
  problems.check()
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
