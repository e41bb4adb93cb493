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
import { consoleLines } from './secrets/console-lines.ts'
import { expect, test } from './test.ts'

// Every other journey runs under these policies too: popups, hidden frames, bound tokens. None may violate them
// (`browser-problems.ts`), so here stands what they are, and that a violation is noticed.

const violations = (lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => /^policy violated: (\S+)/.exec(line)?.[1] ?? [])

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
      const lines = consoleLines(context)
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
      expect(violations(lines)).toEqual([])
    })
  })
}

test('the policy is in force: what it forbids is noticed', async ({ page, context, problems }) => {
  problems.allow(/policy violated|Content Security Policy|requires 'Trusted/)
  const lines = consoleLines(context)
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
    .poll(() => [...violations(lines)].sort())
    .toEqual([
      'connect-src',
      'frame-src',
      'img-src',
      'require-trusted-types-for',
      'require-trusted-types-for',
      'style-src-elem',
    ])
})

test('the silent callback may run its one script, and no text is code to it either', async ({ demo }) => {
  const { headers } = await fetch(`${demo.url}/silent-callback.html`)
  expect(headers.get('content-security-policy')?.split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "frame-ancestors 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ])
})

test.describe('the vault', () => {
  test.use({ keeper: 'vault' })

  test('goes by a policy of its own, which lets it ask the servers and nothing else', async ({
    page,
    context,
    demo,
    idp,
    problems,
  }) => {
    const path = '/auth-vault.js'
    const file = await fetch(demo.url + path)
    const policy = file.headers.get('content-security-policy') ?? ''
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      `connect-src ${idp.issuer} ${idp.apiUrl} ${idp.stockUrl} ${idp.paymentsUrl} ${idp.plainUrl}`,
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ])
    demo.addHeader('content-security-policy', policy)
    demo.replace(path, `${await file.text()}\n;(${tellOfViolations})()`)
    await context.addInitScript(() => {
      new BroadcastChannel('violations').onmessage = ({ data }) => console.error(`policy violated: ${data}`)
    })
    const lines = consoleLines(context)
    await signIn(page)
    await visit(page, 'Orders')
    await callApi(page)
    await refreshNow(page)
    await page.reload()
    await expectSignedIn(page)
    await signOutAndReturn(page)
    expect(violations(lines)).toEqual([])

    problems.allow(/^error: policy violated/)
    await page.evaluate(() => new BroadcastChannel('violate').postMessage('now'))
    await expect.poll(() => violations(lines)).toEqual(['connect-src'])
  })
})

/** Runs in the worker, whose console no test can read. It breaks the policy when it is told to. */
function tellOfViolations(): void {
  const channel = new BroadcastChannel('violations')
  addEventListener('securitypolicyviolation', (event) => {
    channel.postMessage((event as SecurityPolicyViolationEvent).effectiveDirective)
  })
  new BroadcastChannel('violate').onmessage = () => {
    fetch('https://elsewhere.example/').catch(() => undefined)
  }
}
