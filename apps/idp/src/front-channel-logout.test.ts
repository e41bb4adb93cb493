import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import type { App, TokenResponse } from './testing/app.ts'
import { alice, appOrigin, bob, createApp, signIn } from './testing/app.ts'
import type { Browser, Visited } from './testing/browser.ts'
import { useSharedIdp } from './testing/shared-idp.ts'

const idp = useSharedIdp()

/** Somebody uses our own app, and one that is told of sign-outs. */
async function useBoth(): Promise<{ own: App; browser: Browser; tokens: TokenResponse; partner: App }> {
  const { app: own, browser, tokens } = await signIn(idp.current)
  const partner = createApp(idp.current, { clientId: 'latchkey-partner' })
  const consent = await browser.open(partner.authorizationUrl())
  const callback = await browser.press(consent, 'Allow')
  expect(decodeJwt(tokens.id_token)).not.toHaveProperty('sid')
  return { own, browser, partner, tokens: await partner.redeem(callback) }
}

const framesIn = ({ text }: Visited): readonly URL[] =>
  [...text.matchAll(/<iframe[^>]*src="([^"]*)"/g)].map(
    ([, address = '']) => new URL(address.replaceAll('&amp;', '&')),
  )

async function signOut(browser: Browser, query = ''): Promise<Visited> {
  return browser.press(await browser.open(`${idp.current.issuer}/session/end?${query}`), 'Sign out')
}

describe('a sign-out (OpenID Connect Front-Channel Logout 1.0)', () => {
  it('is told to the app that wants to know, by issuer and session, and then goes on (section 3)', async () => {
    const { own, browser, tokens } = await useBoth()
    const { sid } = decodeJwt(tokens.id_token)
    expect(sid).toEqual(expect.any(String))

    const query = new URLSearchParams({
      client_id: own.clientId,
      post_logout_redirect_uri: `${appOrigin}/`,
      state: 'a&b',
    })
    const page = await signOut(browser, query.toString())
    expect(page.text).toContain('<h1>Signing you out everywhere</h1>')
    const [frame, ...others] = framesIn(page)
    expect(others).toEqual([])
    expect(frame?.origin).toBe(appOrigin)
    expect(frame?.pathname).toBe('/front-channel-logout.html')
    expect(Object.fromEntries(frame?.searchParams ?? [])).toEqual({ iss: idp.current.issuer, sid })

    const onward = await browser.follow(page, 'Continue')
    expect(onward.url.href).toBe(`${appOrigin}/?state=a%26b`)
    const afterwards = await browser.open(own.authorizationUrl({ prompt: 'none' }))
    expect(afterwards.url.searchParams.get('error')).toBe('login_required')
  })

  it('shows a page that may frame the app, and run its own script', async () => {
    const { browser } = await useBoth()
    const page = await signOut(browser)
    const script = /<script>(.*)<\/script>/s.exec(page.text)?.[1] ?? ''
    const policy = page.headers.get('content-security-policy')
    expect(policy).toContain(`frame-src ${appOrigin};`)
    expect(policy).toContain(`'sha256-${createHash('sha256').update(script).digest('base64')}'`)
  })

  it('is told to nobody who does not want to know, nor where the person stays', async () => {
    const { browser } = await signIn(idp.current)
    expect((await signOut(browser)).text).toContain('You are signed out')

    const both = await useBoth()
    const question = await both.browser.open(`${idp.current.issuer}/session/end`)
    expect(framesIn(await both.browser.press(question, 'Stay signed in'))).toEqual([])
  })

  it('is told too where it is somebody else’s sign-in, which goes on after it', async () => {
    const { own, browser } = await useBoth()
    const loginPage = await browser.open(own.authorizationUrl({ prompt: 'login' }))
    const page = await browser.press(await browser.press(loginPage, 'Sign in', bob), 'Continue')
    expect(framesIn(page)).toHaveLength(1)
    const tokens = await own.redeem(await browser.follow(page, 'Continue'))
    expect(decodeJwt(tokens.id_token)).toMatchObject({ name: 'Bob Builder' })
  })

  it('of another session has another name', async () => {
    const sids = await Promise.all(
      [alice, alice].map(async () => decodeJwt((await useBoth()).tokens.id_token).sid),
    )
    expect(new Set(sids).size).toBe(2)
  })
})

it('names the session in the ID token of a refresh as in that of the sign-in', async () => {
  const { partner, tokens } = await useBoth()
  const refreshed = (await (await partner.refresh(tokens.refresh_token)).json()) as TokenResponse
  const { sid } = decodeJwt(refreshed.id_token)
  expect(sid).toEqual(expect.any(String))
  expect(sid).toBe(decodeJwt(tokens.id_token).sid)
})
