import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { clients } from './people-and-clients.ts'
import { appOrigin, createApp, signIn } from './testing/app.ts'
import { createBrowser } from './testing/browser.ts'
import { useSharedIdp } from './testing/shared-idp.ts'

const idp = useSharedIdp()

function logoutUrl(parameters: Readonly<Record<string, string>>): URL {
  const url = new URL(`${idp.current.issuer}/session/end`)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}

describe('logout', () => {
  it('does not ask when the app shows an ID token, and comes back to the app', async () => {
    const { app, browser, tokens } = await signIn(idp.current)

    const page = await browser.open(
      logoutUrl({
        id_token_hint: tokens.id_token,
        client_id: app.clientId,
        post_logout_redirect_uri: `${appOrigin}/`,
        state: 'logout-state',
      }),
    )
    expect(page.text).toContain('<h1>Signing you out</h1>')
    expect(page.text).not.toContain('Stay signed in')
    const script = /<script>(.*)<\/script>/.exec(page.text)?.[1] ?? ''
    expect(script).toContain('submit()')
    expect(page.headers.get('content-security-policy')).toContain(
      `script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`,
    )

    // What the script does; the button is there for browsers without.
    const back = await browser.press(page, 'Continue')
    expect(back.url.href).toBe(`${appOrigin}/?state=logout-state`)

    const afterwards = await browser.open(app.authorizationUrl({ prompt: 'none' }))
    expect(afterwards.url.searchParams.get('error')).toBe('login_required')
    expect((await app.refresh(tokens.refresh_token)).status).toBe(400)
  })

  it('asks when nothing proves who wants it, and ends the session on "Sign out"', async () => {
    const { app, browser } = await signIn(idp.current)

    const question = await browser.open(
      logoutUrl({ client_id: app.clientId, post_logout_redirect_uri: `${appOrigin}/` }),
    )
    expect(question.text).toContain('Sign out of Latchkey ID?')
    expect(question.headers.get('content-security-policy')).toContain("script-src 'none'")

    expect((await browser.press(question, 'Sign out')).url.href).toBe(`${appOrigin}/`)
    const afterwards = await browser.open(app.authorizationUrl({ prompt: 'none' }))
    expect(afterwards.url.searchParams.get('error')).toBe('login_required')
  })

  it('keeps the session on "Stay signed in"', async () => {
    const { app, browser } = await signIn(idp.current)
    const question = await browser.open(
      logoutUrl({ client_id: app.clientId, post_logout_redirect_uri: `${appOrigin}/` }),
    )

    expect((await browser.press(question, 'Stay signed in')).url.href).toBe(`${appOrigin}/`)
    const afterwards = await browser.open(app.authorizationUrl({ prompt: 'none' }))
    expect(afterwards.url.searchParams.has('code')).toBe(true)
  })

  it("asks when the ID token is another person's", async () => {
    const { tokens: tokensOfAlice } = await signIn(idp.current)
    const { browser } = await signIn(idp.current, { as: { username: 'bob', password: 'can-we-fix-it' } })

    const page = await browser.open(
      logoutUrl({ id_token_hint: tokensOfAlice.id_token, post_logout_redirect_uri: `${appOrigin}/` }),
    )
    expect(page.text).toContain('Sign out of Latchkey ID?')
  })

  it('ends at a page of its own when no address was given', async () => {
    const { browser } = await signIn(idp.current)

    const question = await browser.open(logoutUrl({}))
    const page = await browser.press(question, 'Sign out')
    expect(page.text).toContain('You are signed out')
  })

  it('refuses an address that is not registered', async () => {
    const { browser, tokens } = await signIn(idp.current)

    const page = await browser.open(
      logoutUrl({
        id_token_hint: tokens.id_token,
        post_logout_redirect_uri: 'https://elsewhere.example/',
      }),
    )
    expect(page.status).toBe(400)
    expect(page.text).toContain('This request cannot be answered')
  })
})

describe('the error page', () => {
  it('tells a person with an old page what to do', async () => {
    const { app, browser } = await signIn(idp.current)
    const loginPage = await browser.open(app.authorizationUrl({ prompt: 'login' }))
    await browser.press(loginPage, 'Cancel')

    const page = await browser.open(loginPage.url)
    expect(page.status).toBe(400)
    expect(page.text).toContain('This page is no longer valid')
    expect(page.text).toContain(`href="${appOrigin}/"`)
  })

  it('names what is registered and the flag that adds to it, where the app runs elsewhere', async () => {
    const sent = 'http://localhost:3000/callback'
    const page = await createBrowser({ appOrigin }).open(
      createApp(idp.current).authorizationUrl({ redirect_uri: sent }),
    )
    expect(page.status).toBe(400)
    expect(page.text).toContain('<code>invalid_redirect_uri</code>')
    expect(page.text).toContain(`<code>${sent}</code>`)
    for (const path of ['/callback', '/silent-callback.html']) {
      expect(page.text).toContain(`<li><code>${appOrigin}${path}</code></li>`)
    }
    expect(page.text).toContain(`<code>--app-origin=${appOrigin},http://localhost:3000</code>`)
  })

  it.each([
    ['the path is another', `${appOrigin}/elsewhere`],
    ['the address is none', '"><b>nowhere</b>'],
  ])('names no flag where that would not help: %s', async (_, redirect_uri) => {
    const page = await createBrowser({ appOrigin }).open(
      createApp(idp.current).authorizationUrl({ redirect_uri }),
    )
    expect(page.status).toBe(400)
    expect(page.text).toContain('Have the app send one of these')
    expect(page.text).not.toContain('--app-origin')
    expect(page.text).not.toContain('<b>')
  })

  it('names no address where another thing is wrong', async () => {
    const page = await createBrowser({ appOrigin }).open(
      createApp(idp.current).authorizationUrl({ response_type: 'token' }),
    )
    expect(page.text).not.toContain('Registered are')
  })

  it('escapes what came with the request', async () => {
    const url = createApp(idp.current).authorizationUrl({ client_id: '<b>nobody</b>' })

    const page = await createBrowser({ appOrigin }).open(url)
    expect(page.status).toBe(400)
    expect(page.text).toContain('<code>invalid_client</code>')
    expect(page.text).not.toContain('<b>')
  })

  it('names the clients that there are to one that is unknown', async () => {
    const page = await createBrowser({ appOrigin }).open(
      createApp(idp.current).authorizationUrl({ client_id: 'my-app' }),
    )
    expect(page.status).toBe(400)
    expect(page.text).toContain('its client id is <code>my-app</code>')
    for (const { clientId, name } of clients) {
      expect(page.text).toContain(`<li><code>${clientId}</code> (${name})</li>`)
    }
  })
})
