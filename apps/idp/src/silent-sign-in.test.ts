import { describe, expect, it } from 'vitest'
import { alice, appOrigin, createApp, signIn } from './testing/app.ts'
import { createBrowser } from './testing/browser.ts'
import { useSharedIdp } from './testing/shared-idp.ts'

const idp = useSharedIdp()

/** What a hidden frame of the app asks for. */
const silently = { prompt: 'none', redirect_uri: `${appOrigin}/silent-callback.html` }

describe('a hidden frame with prompt=none', () => {
  it('comes back with a code where the person has a session, and the code is good', async () => {
    const { app, browser } = await signIn(idp.current)

    const callback = await browser.open(app.authorizationUrl(silently))
    expect(callback.url.origin + callback.url.pathname).toBe(silently.redirect_uri)
    expect(callback.url.searchParams.get('state')).toBe('state-of-the-app')
    expect(callback.url.searchParams.get('iss')).toBe(idp.current.issuer)
    expect(await app.redeem(callback)).toMatchObject({ token_type: 'Bearer' })
  })

  it('comes back with login_required where nobody has', async () => {
    const browser = createBrowser({ appOrigin })

    const { url } = await browser.open(createApp(idp.current).authorizationUrl(silently))
    expect(url.origin + url.pathname).toBe(silently.redirect_uri)
    expect(url.searchParams.get('error')).toBe('login_required')
  })

  it('comes back with consent_required where the person has not allowed the app', async () => {
    const { browser } = await signIn(idp.current)
    const partner = createApp(idp.current, { clientId: 'latchkey-partner' })

    const { url } = await browser.open(partner.authorizationUrl(silently))
    expect(url.origin + url.pathname).toBe(silently.redirect_uri)
    expect(url.searchParams.get('error')).toBe('consent_required')
  })

  it('comes back with a code once the person has allowed it', async () => {
    const browser = createBrowser({ appOrigin })
    const partner = createApp(idp.current, { clientId: 'latchkey-partner' })
    const loginPage = await browser.open(partner.authorizationUrl())
    await browser.press(await browser.press(loginPage, 'Sign in', alice), 'Allow')

    const { url } = await browser.open(partner.authorizationUrl(silently))
    expect(url.searchParams.has('code')).toBe(true)
  })

  it.each([
    ['a code', async () => (await signIn(idp.current)).browser],
    ['an error', async () => createBrowser({ appOrigin })],
  ])('may be framed on the way to %s', async (_answer, getBrowser) => {
    const browser = await getBrowser()

    const { redirects } = await browser.open(createApp(idp.current).authorizationUrl(silently))
    expect(redirects.length).toBeGreaterThan(0)
    for (const headers of redirects) {
      expect(headers.get('x-frame-options')).toBeNull()
      expect(headers.get('content-security-policy')).not.toContain('frame-ancestors')
      expect(headers.get('cross-origin-resource-policy')).toBeNull()
    }
  })
})
