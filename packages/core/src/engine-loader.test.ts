import { describe, expect, it } from 'vitest'
import { createFakeApp } from '../test/fake-app.ts'
import { createFakePlatform, type FakePlatformOptions, settle } from '../test/fake-platform.ts'
import { createFakeProvider, type FakeProvider } from '../test/fake-provider.ts'
import { answerTo, destinationOf, rejectionOf } from '../test/pages.ts'
import { type Scene, sceneOf } from '../test/signed-in.ts'
import { until } from '../test/until.ts'
import { dpop } from './dpop/dpop.ts'
import type { Binding } from './protocol/binding.ts'

const callback = 'https://app.example/callback'

interface Page extends Scene {
  /** How the page was loaded anew. */
  readonly log: string[]
  /** The release is there again, or the network. */
  mend(): void
}

/** A page whose code a release has taken away, while the app's server answers. */
async function openPage({
  provider,
  isBroken = true,
  ...options
}: FakePlatformOptions & {
  readonly provider?: FakeProvider
  readonly isBroken?: boolean
} = {}): Promise<Page> {
  const used = provider ?? (await createFakeProvider())
  const log: string[] = []
  const platform = createFakePlatform({
    ...options,
    fetch: async (url, init) => (init.method === 'HEAD' ? new Response(null) : used.fetch(url, init)),
  })
  const { navigation } = platform
  const real = dpop({ required: false })
  let isGone = isBroken
  const binding: Binding = {
    ...real,
    open(context) {
      if (isGone) throw new TypeError('Failed to fetch dynamically imported module')
      return real.open(context)
    },
  }
  const reloading = {
    ...navigation,
    reload: () => void log.push('reload'),
    leave: (url: string) => void log.push(`leave for ${url}`),
  }
  return {
    ...sceneOf(used, { ...platform, navigation: reloading }, { binding }),
    log,
    mend() {
      isGone = false
    },
  }
}

/** The browser of somebody who is signed in, in no tab any more. */
async function signedInBrowser() {
  const app = await createFakeApp()
  const tab = await app.signIn()
  tab.close()
  return app.browser
}

describe('a page that cannot load its code', () => {
  it('is loaded anew where nobody has been shown anything yet', async () => {
    const page = await openPage({ browser: await signedInBrowser() })
    expect(page.auth.getState().status).toBe('loading')
    const stop = page.auth.start()
    await until(() => page.log.length > 0)
    expect(page.log).toEqual(['reload'])
    stop()
  })

  it('is not, before its code is of any use to anybody', async () => {
    const page = await openPage({ browser: await signedInBrowser() })
    // Its code is on its way from here on.
    expect(page.auth.getState().status).toBe('loading')
    await settle()
    expect(page.log).toEqual([])
  })

  it('is not, where it shows what it has decided: whoever asks is told', async () => {
    const page = await openPage()
    expect(await page.auth.logout()).toMatchObject({ error: { code: 'code_not_loaded' } })
    expect(page.log).toEqual([])
  })

  it('is loaded anew for whoever signs in, and goes on with that', async () => {
    const page = await openPage()
    void rejectionOf(page.auth.login({ returnTo: '/orders', params: { ui_locales: 'de' } }))
    await until(() => page.log.length > 0)
    expect(page.log).toEqual(['reload'])
    const next = await openPage({ provider: page.provider, stored: page.platform.stored, isBroken: false })
    const stop = next.auth.start()
    await until(() => next.platform.visited.length > 0)
    expect(destinationOf(next).searchParams.get('ui_locales')).toBe('de')
    stop()
    // It was asked for once.
    const { stored } = next.platform
    const later = await openPage({ provider: page.provider, stored, isBroken: false })
    later.auth.start()()
    await settle()
    expect(later.platform.visited).toEqual([])
  })

  it('is loaded anew where a guard would have left it', async () => {
    const page = await openPage()
    const needed = page.auth.requireSession()
    await until(() => page.log.length > 0)
    expect(page.log).toEqual(['reload'])
    await page.platform.advance(3000)
    expect(await needed).toMatchObject({ reason: 'sign_in_failed', error: { code: 'code_not_loaded' } })
  })

  it('is not, for a sign-in that the person has gone elsewhere from, and is back', async () => {
    const page = await openPage()
    const stop = page.auth.start()
    const failed = rejectionOf(page.auth.login())
    page.platform.wake('restored')
    expect(await failed).toMatchObject({ code: 'code_not_loaded' })
    expect(page.log).toEqual([])
    stop()
  })

  it('goes back to the answer of a sign-in that it could not finish, which is in the address bar no more', async () => {
    const left = await openPage({ isBroken: false })
    await left.auth.login()
    const href = answerTo(left)
    const page = await openPage({ provider: left.provider, stored: left.platform.stored, href })
    void rejectionOf(page.auth.handleCallback())
    await until(() => page.log.length > 0)
    expect(page.log).toEqual([`leave for ${href}`])
    expect(page.platform.navigation.href()).toBe(callback)
  })

  it('tries again at the next call, where it stays as it is', async () => {
    const page = await openPage()
    const failed = rejectionOf(page.auth.login())
    await until(() => page.log.length > 0)
    await page.platform.advance(3000)
    expect(await failed).toMatchObject({ name: 'NetworkError', code: 'code_not_loaded' })
    page.mend()
    await page.auth.login()
    expect(destinationOf(page).pathname).toBe('/auth')
  })
})
