import type { Idp } from '@latchkey/idp'
import { enterPassword, person } from '../journeys.ts'
import { test as base, expect } from '../own-app-test.ts'
import { type RouterApps, routers, serveRouterApps } from './serve-apps.ts'

const test = base.extend<object, { servers: { readonly idp: Idp; readonly apps: RouterApps } }>({
  servers: [
    async ({ provider }, use) => {
      const apps = await serveRouterApps()
      await use({ idp: await provider.start([apps.url]), apps })
      await apps.stop()
    },
    { scope: 'worker' },
  ],
})
test.describe.configure({ mode: 'default' })

for (const router of routers) {
  test(`${router}: a guarded route leads through the sign-in and back, after a reload too`, async ({
    page,
    problems,
    servers: { idp, apps },
  }) => {
    apps.deploy(router, idp.issuer)
    idp.clearRequests()
    // React puts on the console what an error component of TanStack Router is shown for.
    if (router === 'tanstack') problems.allow(/SignInRequiredError/)
    const place = router === 'hash' ? '/#/settings?tab=2' : '/settings?tab=2'
    const heading = page.getByRole('heading')
    const { name } = person('alice').claims

    await page.goto(apps.url)
    const settings = page.getByRole('link', { name: 'Settings' })
    await settings.hover()
    await settings.focus()
    await expect(heading).toHaveText('Home')
    expect(idp.requests).toEqual([])

    await settings.click()
    await enterPassword(page)
    await expect(heading).toHaveText(`Settings of ${name}`)
    await expect(page).toHaveURL(apps.url + place)

    // The tokens were in the page's memory, and the provider knows the person still.
    await page.reload()
    await expect(heading).toHaveText(`Settings of ${name}`)
    await expect(page).toHaveURL(apps.url + place)

    await page.getByRole('link', { name: 'Home' }).click()
    await page.getByRole('button', { name: 'Sign out here' }).click()
    await settings.click()
    await expect(page.getByRole('alert')).toContainText('not_signed_in')
    expect(new URL(page.url()).origin).toBe(apps.url)

    await page.getByRole('alert').getByRole('button', { name: 'Sign in' }).click()
    await expect(heading).toHaveText(`Settings of ${name}`)
    await expect(page).toHaveURL(apps.url + place)
  })
}
