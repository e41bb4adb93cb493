import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { alice, appOrigin, bob, createApp, signIn } from './testing/app.ts'
import { createBrowser } from './testing/browser.ts'
import { useSharedIdp } from './testing/shared-idp.ts'

const idp = useSharedIdp()

describe('signing in', () => {
  it('leads from the login page to a code, and from the code to a token that the API takes', async () => {
    const app = createApp(idp.current)
    const browser = createBrowser({ appOrigin })

    const loginPage = await browser.open(app.authorizationUrl())
    expect(loginPage.status).toBe(200)
    expect(loginPage.text).toContain('to continue to <strong>Latchkey Demo</strong>')

    const callback = await browser.press(loginPage, 'Sign in', alice)
    expect(callback.url.origin + callback.url.pathname).toBe(`${appOrigin}/callback`)
    expect(callback.url.searchParams.get('state')).toBe('state-of-the-app')
    // RFC 9207
    expect(callback.url.searchParams.get('iss')).toBe(idp.current.issuer)

    const tokens = await app.redeem(callback)
    const me = await fetch(`${idp.current.apiUrl}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    })
    expect(me.status).toBe(200)
    expect(await me.json()).toMatchObject({
      subject: 'user-1001',
      name: 'Alice Liddell',
      clientId: 'latchkey-demo',
      scope: 'openid profile email',
    })
  })

  it('gives a JWT access token for the API to a login that names no resource (RFC 9068)', async () => {
    const { tokens } = await signIn(idp.current)

    expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' })
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      iss: idp.current.issuer,
      aud: idp.current.apiUrl,
      client_id: 'latchkey-demo',
      sub: 'user-1001',
      scope: 'openid profile email',
    })
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 300, scope: 'openid profile email' })
  })

  it('puts the claims of the scopes into the ID token', async () => {
    const { tokens } = await signIn(idp.current, { as: bob })

    expect(decodeProtectedHeader(tokens.id_token)).toMatchObject({ alg: 'RS256' })
    expect(decodeJwt(tokens.id_token)).toMatchObject({
      sub: 'user-1002',
      aud: 'latchkey-demo',
      nonce: 'nonce-of-the-app',
      name: 'Bob Builder',
      email: 'bob@example.com',
      email_verified: false,
      locale: 'de-DE',
      roles: ['member'],
    })
  })

  it('leaves out what was not asked for', async () => {
    const app = createApp(idp.current)
    const browser = createBrowser({ appOrigin })
    const loginPage = await browser.open(app.authorizationUrl({ scope: 'openid email' }))
    const tokens = await app.redeem(await browser.press(loginPage, 'Sign in', alice))

    const claims = decodeJwt(tokens.id_token)
    expect(claims.email).toBe('alice@example.com')
    expect(claims).not.toHaveProperty('name')
  })

  it('shows an error on the same page for a wrong password, and lets the person try again', async () => {
    const app = createApp(idp.current)
    const browser = createBrowser({ appOrigin })
    const loginPage = await browser.open(app.authorizationUrl())

    const again = await browser.press(loginPage, 'Sign in', { ...alice, password: 'wrong' })
    expect(again.url.href).toBe(loginPage.url.href)
    expect(again.text).toMatch(/role="alert"[^>]*>That username and password do not match/)
    expect(again.text).toContain('value="alice"')
    expect(again.text).not.toContain('value="wrong"')

    const callback = await browser.press(again, 'Sign in', alice)
    expect(callback.url.searchParams.has('code')).toBe(true)
  })

  it('escapes what was typed', async () => {
    const app = createApp(idp.current)
    const browser = createBrowser({ appOrigin })
    const loginPage = await browser.open(app.authorizationUrl())

    const again = await browser.press(loginPage, 'Sign in', { username: '"><script>', password: 'x' })
    expect(again.text).toContain('value="&quot;&gt;&lt;script&gt;"')
    expect(again.text).not.toContain('<script>')
  })

  it('answers access_denied with state and issuer when the person cancels', async () => {
    const app = createApp(idp.current)
    const browser = createBrowser({ appOrigin })
    const loginPage = await browser.open(app.authorizationUrl())

    const { url } = await browser.press(loginPage, 'Cancel')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      error: 'access_denied',
      error_description: 'the user canceled the sign-in',
      state: 'state-of-the-app',
      iss: idp.current.issuer,
    })
  })

  it('starts with the username that the app suggests', async () => {
    const browser = createBrowser({ appOrigin })
    const page = await browser.open(createApp(idp.current).authorizationUrl({ login_hint: 'bob' }))

    expect(page.text).toContain('value="bob"')
  })

  it('allows its pages no script, and forms that lead to the app', async () => {
    const browser = createBrowser({ appOrigin })
    const page = await browser.open(createApp(idp.current).authorizationUrl())

    const policy = page.headers.get('content-security-policy')
    expect(policy).toContain("script-src 'none'")
    expect(policy).toContain(`form-action 'self' ${appOrigin}`)
    expect(policy).toContain("frame-ancestors 'none'")
  })
})

describe('a session at the provider', () => {
  it('answers prompt=none without a page', async () => {
    const { app, browser } = await signIn(idp.current)

    const { url } = await browser.open(app.authorizationUrl({ prompt: 'none' }))
    expect(url.origin).toBe(appOrigin)
    expect(url.searchParams.has('code')).toBe(true)
  })

  it('is missing for somebody new: prompt=none answers login_required', async () => {
    const browser = createBrowser({ appOrigin })

    const { url } = await browser.open(createApp(idp.current).authorizationUrl({ prompt: 'none' }))
    expect(url.searchParams.get('error')).toBe('login_required')
  })

  it('passes to another person who signs in over it', async () => {
    const { app, browser } = await signIn(idp.current)

    const loginPage = await browser.open(app.authorizationUrl({ prompt: 'login' }))
    const switching = await browser.press(loginPage, 'Sign in', bob)
    // oidc-provider ends the first session by a page that submits itself.
    const callback = await browser.press(switching, 'Continue')

    const tokens = await app.redeem(callback)
    expect(decodeJwt(tokens.id_token).sub).toBe('user-1002')
  })
})
