import type { Route } from '@playwright/test'

/** A page, or a context with all its pages. */
export interface Routes {
  route(url: string, handler: (route: Route) => Promise<void>): Promise<unknown>
}

/** A fake provider, as `createFakeProvider` makes one. */
export interface HandlesRequests {
  readonly issuer: string
  handle(request: Request): Promise<Response>
}

/**
 * Has a fake provider answer whatever the browser asks of its issuer: pages, frames and requests.
 *
 * @example
 * ```ts
 * import { test } from '@playwright/test'
 * import { routeProvider } from '@latchkey/testing/playwright'
 * import { createFakeProvider } from '@latchkey/testing/provider'
 *
 * test('signs in', async ({ context, page }) => {
 *   const provider = createFakeProvider({ issuer: 'https://id.example.com' })
 *   await routeProvider(context, provider)
 *   await page.goto('/')
 *   await page.getByRole('button', { name: 'Sign in' }).click()
 * })
 * ```
 */
export async function routeProvider(target: Routes, provider: HandlesRequests): Promise<void> {
  await target.route(`${provider.issuer.replace(/\/$/, '')}/**`, async (route) => {
    const asked = route.request()
    const response = await provider.handle(
      new Request(asked.url(), {
        method: asked.method(),
        headers: asked.headers(),
        body: asked.postData(),
      }),
    )
    if (response.type === 'error') return route.abort()
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    })
  })
}
