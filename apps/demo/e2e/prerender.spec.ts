import type { Browser, BrowserContext } from '@playwright/test'
import { wholeBrowser } from './browser.ts'
import { forgetSession, signIn } from './journeys.ts'
import { authorizations, grants } from './provider-log.ts'
import { expect, test } from './test.ts'

test.use({ launchOptions: wholeBrowser })

/**
 * Opens a page in a window that nothing looks into: browsers load nothing ahead of time in a page that is being
 * remote-controlled. What happens there is seen by what its servers are asked.
 */
async function openUnwatched(
  browser: Browser,
  url: string,
  like: BrowserContext,
): Promise<() => Promise<void>> {
  const session = await browser.newBrowserCDPSession()
  const { browserContextId } = await session.send('Target.createBrowserContext')
  const cookies = (await like.cookies()).map(({ name, value, domain, path }) => ({
    name,
    value,
    domain,
    path,
  }))
  await session.send('Storage.setCookies', { cookies, browserContextId })
  await session.send('Target.createTarget', { url, browserContextId })
  return async () => {
    await session.send('Target.disposeBrowserContext', { browserContextId })
    await session.detach()
  }
}

for (const [what, forget] of [
  ['and then looks for its session', false],
  ['and then sends whoever has no session here to sign in', true],
] as const) {
  test(`a guarded page that is loaded ahead of time asks the provider nothing before somebody opens it, ${what}`, async ({
    page,
    browser,
    context,
    demo,
    idp,
  }) => {
    await signIn(page)
    // The browser itself holds frames back; a redirect, and what is asked before it, it would let through.
    if (forget) await forgetSession(page)
    const records = await page.evaluate(() => JSON.stringify(Object.entries(localStorage)))
    demo.replace('/signal.js', 'wait')
    demo.replace(
      '/start.html',
      `<!doctype html><title>Start</title>
    <script>for (const entry of ${records}) localStorage.setItem(...entry)</script>
    <script type="speculationrules">{"prerender":[{"urls":["/profile"],"eagerness":"immediate"}]}</script>
    <script>
      const wait = async () => {
        const signal = await (await fetch('/signal.js')).text()
        if (signal === 'go') location.assign('/profile')
        else setTimeout(wait, 50)
      }
      wait()
    </script>`,
    )
    idp.clearRequests()
    demo.clearRequests()
    const close = await openUnwatched(browser, `${demo.url}/start.html`, context)
    const loads = (path: RegExp) => demo.requests.filter(({ url }) => path.test(url)).length
    // The app has run: it has loaded what it needs to show its first page, and waits.
    await expect.poll(() => loads(/\.js$/)).toBeGreaterThan(1)
    const started = loads(/^\/signal\.js$/)
    await expect.poll(() => loads(/^\/signal\.js$/)).toBeGreaterThan(started + 20)
    expect(idp.requests).toEqual([])

    demo.replace('/signal.js', 'go')
    await expect.poll(() => grants(idp, 'authorization_code')).toMatchObject([{ status: 200 }])
    expect(authorizations(idp)).toHaveLength(1)
    // It was opened as it was, not loaded again.
    expect(loads(/^\/profile$/)).toBe(1)
    await close()
  })
}
