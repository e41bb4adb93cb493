import type { Idp } from '@latchkey/idp'
import { enterPassword, person } from '../journeys.ts'
import { test as base, expect } from '../own-app-test.ts'
import { type NextApp, reserveNextApp } from './next-app.ts'

// Next.js fetches ahead what a page links to: the server outlives the page.
const test = base.extend<object, { servers: { readonly idp: Idp; readonly app: NextApp } }>({
  servers: [
    async ({ provider }, use) => {
      const app = await reserveNextApp()
      const idp = await provider.start([app.url])
      await app.deploy(idp.issuer)
      await use({ idp, app })
      await app.stop()
    },
    // It is built for this provider, by a compiler that takes its time.
    { scope: 'worker', timeout: 300_000 },
  ],
})

test('an app that Next.js renders on the server signs in, guards a page and survives a reload', async ({
  page,
  request,
  servers: { idp, app },
}) => {
  const { name, email } = person('alice').claims
  const account = page.getByRole('banner')

  await test.step('the server says that nothing is decided yet, and shows no guarded page', async () => {
    const home = await (await request.get(app.url)).text()
    expect(home).toContain('<span role="status">One moment…</span>')
    expect(home).toContain('Rendered on the server, for anybody')
    const settings = await (await request.get(`${app.url}/settings`)).text()
    expect(settings).toContain('<main><p>Looking who you are…</p>')
    expect(settings).not.toContain('Settings of')
  })

  await test.step('a first-time visitor is shown as signed out, and nobody was asked', async () => {
    await page.goto(app.url)
    await expect(account.getByRole('button', { name: 'Sign in' })).toBeVisible()
    expect(idp.requests).toEqual([])
  })

  await test.step('a guarded page leads through the sign-in and back', async () => {
    await page.getByRole('link', { name: 'Settings' }).click()
    await enterPassword(page)
    await expect(page.getByRole('heading')).toHaveText(`Settings of ${email}`)
    await expect(account).toContainText(name)
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/settings')
  })

  await test.step('a reload finds the session in the vault', async () => {
    idp.clearRequests()
    await page.reload()
    await expect(page.getByRole('heading')).toHaveText(`Settings of ${email}`)
    expect(idp.requests).toEqual([])
  })

  await test.step('the router goes on from there, and signing out ends the session', async () => {
    await page.getByRole('link', { name: 'Home' }).click()
    await expect(page.getByRole('heading')).toHaveText('Rendered on the server, for anybody')
    await account.getByRole('button', { name: 'Sign out' }).click()
    await expect(account.getByRole('button', { name: 'Sign in' })).toBeVisible()
    await expect(account).not.toContainText(name)
  })
})
