import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer as createNetServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Idp, startIdp } from '@latchkey/idp'
import { test as base } from '@playwright/test'
import { createServer } from 'vite'
import { watchForProblems } from './browser-problems.ts'
import {
  enterPassword,
  expectSignedIn,
  refreshNow,
  rungs,
  signIn,
  startSignIn,
  whereabouts,
} from './journeys.ts'
import { chooseKeeper, expect } from './test.ts'

const demo = join(import.meta.dirname, '..')

/** The demo as `vite` serves it to a developer, with nothing bundled ahead of time. */
const test = base.extend<{ dev: { readonly idp: Idp; readonly url: string } }>({
  dev: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture needs out of it
    async ({}, use) => {
      const port = await freePort()
      const url = `http://localhost:${port}`
      const idp = await startIdp({ port: 0, apiPort: 0, appOrigins: [url] })
      const cacheDir = await mkdtemp(join(tmpdir(), 'latchkey-vite-'))
      const vite = await createServer({
        configFile: join(demo, 'vite.config.ts'),
        cacheDir,
        logLevel: 'warn',
        server: { port },
        plugins: [
          {
            name: 'deployment',
            transformIndexHtml: (html) =>
              html
                .replace(/(name="latchkey-issuer" content=")[^"]*/, `$1${idp.issuer}`)
                .replace(/(name="latchkey-api-url" content=")[^"]*/, `$1${idp.apiUrl}`),
          },
        ],
      })
      await vite.listen()
      await use({ idp, url })
      await Promise.all([vite.close(), idp.stop()])
      await rm(cacheDir, { recursive: true })
    },
    { auto: true },
  ],

  baseURL: async ({ dev }, use) => use(dev.url),
})

test.setTimeout(120_000)

test('Vite’s dev server: the first sign-in ever is not broken off by a reload of Vite’s own', async ({
  page,
  context,
}) => {
  const problems = watchForProblems(context)
  const loaded: string[] = []
  page.on('domcontentloaded', () => loaded.push(new URL(page.url()).pathname))
  await page.goto('/')
  await startSignIn(page)
  await enterPassword(page)
  await expectSignedIn(page)
  expect(loaded).toEqual([
    '/',
    expect.stringMatching('^/interaction/'),
    expect.stringMatching(/^\/(callback)?$/),
  ])
  await refreshNow(page)
  await page.reload()
  await expectSignedIn(page)
  await expect(rungs(page).last()).toHaveText(/^The provider, in a hidden frame had the session/)
  problems.check()
})

test('Vite’s dev server: the vault works, and a reload asks the provider nothing', async ({
  page,
  context,
  dev: { idp },
}) => {
  const problems = watchForProblems(context)
  await chooseKeeper(context, 'vault')
  await signIn(page)
  await expect(whereabouts(page)).toContainText('in the vault')
  idp.clearRequests()
  await page.reload()
  await expectSignedIn(page)
  await expect(rungs(page)).toHaveText(/^The vault had the session/)
  expect(idp.requests).toEqual([])
  problems.check()
})

async function freePort(): Promise<number> {
  const server = createNetServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
