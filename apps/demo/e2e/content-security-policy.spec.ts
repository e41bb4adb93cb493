import type { BrowserContext } from '@playwright/test'
import {
  callApi,
  expectSignedIn,
  orders,
  refreshNow,
  signIn,
  signOutAndReturn,
  visit,
  whereabouts,
} from './journeys.ts'
import { expect, test } from './test.ts'

/** What the policy kept from happening, in any page of the context. */
async function watchViolations(context: BrowserContext): Promise<readonly string[]> {
  const violations: string[] = []
  await context.exposeBinding('violated', (_source, violation: string) => violations.push(violation))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      const { violated } = window as unknown as { violated(violation: string): void }
      violated(`${effectiveDirective} ${blockedURI}`)
    })
  })
  return violations
}

test('the policy is as strict as it can be', async ({ page, idp }) => {
  const response = await page.goto('/')
  const policy = response?.headers()['content-security-policy'] ?? ''
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${idp.issuer} ${idp.apiUrl} ${idp.stockUrl} ${idp.paymentsUrl} ${idp.plainUrl}`,
    `frame-src 'self' ${idp.issuer}`,
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types latchkey-demo',
  ])
})

for (const keeper of ['memory', 'vault'] as const) {
  test.describe(`with the tokens in ${keeper}`, () => {
    test.use({ keeper })

    test('it lets a whole session through, a reload included', async ({ page, context }) => {
      const violations = await watchViolations(context)
      await signIn(page)
      await visit(page, 'Orders')
      await callApi(page)
      await expect(orders(page)).toBeVisible()
      await refreshNow(page)
      await page.reload()
      await expectSignedIn(page)
      await expect(whereabouts(page)).toContainText(keeper)
      await visit(page, 'Profile')
      await signOutAndReturn(page)
      expect(violations).toEqual([])
    })
  })
}

test('the policy is in force: what it forbids is noticed', async ({ page, context, problems }) => {
  problems.allow(/Content Security Policy|requires 'Trusted/)
  const violations = await watchViolations(context)
  await page.goto('/')
  await page.evaluate(() => {
    fetch('https://elsewhere.example/').catch(() => undefined)
    document.body.append(Object.assign(new Image(), { src: 'https://elsewhere.example/pixel.png' }))
    const inline = document.createElement('style')
    inline.append('h1 { color: red }')
    document.body.append(inline)
    try {
      document.body.innerHTML = '<b>no</b>'
    } catch {
      // That it throws is the policy at work.
    }
    try {
      new SharedWorker('/auth-vault.js', { type: 'module' })
    } catch {
      // The app's own policy has to name the file.
    }
    document.body.append(
      Object.assign(document.createElement('iframe'), { src: 'https://elsewhere.example/' }),
    )
  })
  await expect
    .poll(() => violations.map((violation) => violation.split(' ')[0]).sort())
    .toEqual([
      'connect-src',
      'frame-src',
      'img-src',
      'require-trusted-types-for',
      'require-trusted-types-for',
      'style-src-elem',
    ])
})
