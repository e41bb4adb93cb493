import { join } from 'node:path'
import type { Idp } from '@latchkey/idp'
import { enterPassword, person } from '../journeys.ts'
import { test as base, expect } from '../own-app-test.ts'
import { type ServedApp, serveApp } from './serve-app.ts'

const bundlers = ['vite', 'esbuild'] as const
const folder = process.env.LATCHKEY_APPS ?? ''

interface Servers {
  readonly idp: Idp
  readonly apps: Readonly<Record<(typeof bundlers)[number], ServedApp>>
}

const test = base.extend<object, { servers: Servers }>({
  servers: [
    async ({ provider }, use) => {
      const [vite, esbuild] = await Promise.all([served('vite'), served('esbuild')])
      const all = [vite, esbuild]
      const idp = await provider.start(all.map(({ url }) => url))
      for (const app of all) app.deploy(idp.issuer)
      await use({ idp, apps: { vite, esbuild } })
      await Promise.all(all.map((app) => app.stop()))
    },
    { scope: 'worker' },
  ],
})

function served(bundler: (typeof bundlers)[number]): Promise<ServedApp> {
  if (!folder) throw new Error('These apps are made by: npm test -- --only apps')
  return serveApp(join(folder, bundler, 'dist'))
}

for (const bundler of bundlers) {
  for (const keeper of ['memory', 'vault'] as const) {
    test(`an app that ${bundler} built of the packed packages signs in, reloads and signs out with its tokens in ${keeper}`, async ({
      page,
      context,
      servers: { idp, apps },
    }) => {
      const { name } = person('alice').claims
      const signIn = page.getByRole('button', { name: 'Sign in' })
      const isSignedIn = async () => {
        await expect(page.getByRole('heading')).toHaveText(`Hello, ${name}`)
        await expect(page.getByText(`Tokens in ${keeper}`)).toBeVisible()
      }
      await context.addInitScript((chosen) => localStorage.setItem('keeper', chosen), keeper)
      idp.clearRequests()

      await test.step('a first visit asks the provider nothing', async () => {
        await page.goto(apps[bundler].url)
        await expect(signIn).toBeEnabled()
        expect(idp.requests).toEqual([])
      })

      await test.step('a guarded page leads through the sign-in and back', async () => {
        await page.goto(`${apps[bundler].url}/settings`)
        await enterPassword(page)
        await expect(page.getByRole('heading')).toHaveText('Settings')
        expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/settings')
      })

      await test.step('another page of the app finds the session, and so does a reload', async () => {
        await page.goto(apps[bundler].url)
        await isSignedIn()
        idp.clearRequests()
        await page.reload()
        await isSignedIn()
        if (keeper === 'vault') expect(idp.requests).toEqual([])
      })

      await test.step('signing out ends it here and at the provider', async () => {
        await page.getByRole('button', { name: 'Sign out' }).click()
        await expect(signIn).toBeEnabled()
        await signIn.click()
        await expect(page.getByLabel('Password')).toBeVisible()
      })
    })
  }
}
