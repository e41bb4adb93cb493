import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer as createNetServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Idp } from '@latchkey/idp'
import type { Page } from '@playwright/test'
import { createServer } from 'vite'
import {
  enterPassword,
  expectSignedIn,
  heading,
  refreshNow,
  rungs,
  signIn,
  startSignIn,
  whereabouts,
} from './journeys.ts'
import { chooseKeeper } from './keeper-kind.ts'
import { test as base, expect } from './own-app-test.ts'

const demo = join(import.meta.dirname, '..')

/** A development server, and what a developer does with it. */
interface Dev {
  readonly idp: Idp
  readonly url: string
  /** Saves a file of the demo with other text in it; the file itself stays as it is. */
  edit(file: string, change: (code: string) => string): void
}

/** The demo as `vite` serves it to a developer, with nothing bundled ahead of time. */
const test = base.extend<{ dev: Dev }>({
  dev: [
    async ({ provider }, use) => {
      const port = await freePort()
      const url = `http://localhost:${port}`
      const idp = await provider.start([url])
      const cacheDir = await mkdtemp(join(tmpdir(), 'latchkey-vite-'))
      const edits = new Map<string, (code: string) => string>()
      // The demo was built before the tests, and Vite leaves that in the environment: then nothing is updated in place.
      process.env.NODE_ENV = 'development'
      const vite = await createServer({
        configFile: join(demo, 'vite.config.ts'),
        cacheDir,
        logLevel: 'warn',
        // What changes on the disk meanwhile is no part of a test.
        server: { port, watch: { ignored: ['**'] } },
        plugins: [
          { name: 'edits', enforce: 'pre', transform: (code, id) => edits.get(id)?.(code) },
          {
            name: 'deployment',
            transformIndexHtml: (html) =>
              html
                .replace(/(name="latchkey-issuer" content=")[^"]*/, `$1${idp.issuer}`)
                .replace(/(name="latchkey-api-(url|resource)" content=")[^"]*/g, `$1${idp.apiUrl}`),
          },
        ],
      })
      await vite.listen()
      const edit: Dev['edit'] = (file, change) => {
        const path = join(demo, 'src', file)
        edits.set(path, change)
        vite.watcher.emit('change', path)
      }
      await use({ idp, url, edit })
      await vite.close()
      await rm(cacheDir, { recursive: true })
    },
    { auto: true },
  ],

  baseURL: async ({ dev }, use) => use(dev.url),
})

// Each has a server of its own that compiles the demo from nothing: side by side they would only wait for each other.
test.describe.configure({ mode: 'default' })
test.setTimeout(120_000)

test('Vite’s dev server: the first sign-in ever is not broken off by a reload of Vite’s own', async ({
  page,
}) => {
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
})

test('Vite’s dev server: the vault works, and a reload asks the provider nothing', async ({
  page,
  context,
  dev: { idp },
}) => {
  await chooseKeeper(context, 'vault')
  await signIn(page)
  await expect(whereabouts(page)).toContainText('in the vault')
  idp.clearRequests()
  await page.reload()
  await expectSignedIn(page)
  await expect(rungs(page)).toHaveText(/^The vault had the session/)
  expect(idp.requests).toEqual([])
})

test('Vite’s dev server: a component that is edited finds the session as it was', async ({
  page,
  dev: { idp, edit },
}) => {
  await signIn(page)
  const loads = countLoads(page)
  idp.clearRequests()
  edit('pages/home.tsx', (code) => code.replace('`Hello, ', '`Good morning, '))
  await expect(heading(page)).toHaveText(/^Good morning, Alice/)
  await expectSignedIn(page)
  expect([loads.length, idp.requests]).toEqual([0, []])
})

test('Vite’s dev server: roots within a page bring no complaint of React’s, strict as it is there', async ({
  page,
}) => {
  await page.goto('/routers')
  for (const router of ['React Router', 'TanStack Router']) {
    await expect(page.getByRole('region', { name: router })).toContainText('Anybody may see this.')
  }
})

/** As an app whose root takes another client in place of the one before: nothing else of it is loaded anew. */
const rootThatTakesAnother = (code: string): string =>
  code
    .replace('createRoot(document', 'const root = createRoot(document')
    .replace(/\)\.render\(([\s\S]*?),\s*\)\s*$/, ')\nconst show = (auth) => root.render($1)\nshow(auth)\n')
    .concat(`import.meta.hot.accept('./auth.ts', (edited) => show(edited.auth))`)

for (const keeper of ['memory', 'vault'] as const) {
  test(`Vite’s dev server: auth.ts, edited, takes the session over with the tokens in the ${keeper}`, async ({
    page,
    context,
    dev: { idp, edit },
  }) => {
    await chooseKeeper(context, keeper)
    edit('main.tsx', rootThatTakesAnother)
    await signIn(page)
    const loads = countLoads(page)
    idp.clearRequests()
    for (const count of [1, 2]) {
      edit('auth.ts', (code) => `${code}\ndocument.body.dataset.edited = '${count}'`)
      await expect(page.locator('body')).toHaveAttribute('data-edited', String(count))
      await expectSignedIn(page)
    }
    expect([loads, idp.requests]).toEqual([[], []])
    // It has what it takes to go on by itself.
    await refreshNow(page)
    await expectSignedIn(page)
  })
}

/** The documents that the page loads from now on. */
function countLoads(page: Page): string[] {
  const loads: string[] = []
  page.on('domcontentloaded', () => loads.push(page.url()))
  return loads
}

async function freePort(): Promise<number> {
  const server = createNetServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
