import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { App } from './testing/app.ts'
import { alice, appOrigin, bob, createApp } from './testing/app.ts'
import type { Browser, Visited } from './testing/browser.ts'
import { createBrowser } from './testing/browser.ts'
import { useSharedIdp } from './testing/shared-idp.ts'

const idp = useSharedIdp()

interface SignedIn {
  readonly app: App
  readonly browser: Browser
  readonly sessionState: string
}

const stateIn = ({ url }: Visited): string => url.searchParams.get('session_state') ?? ''

async function signIn(): Promise<SignedIn> {
  const app = createApp(idp.current)
  const browser = createBrowser({ appOrigin })
  const loginPage = await browser.open(app.authorizationUrl())
  return { app, browser, sessionState: stateIn(await browser.press(loginPage, 'Sign in', alice)) }
}

/** What the provider's page answers in a frame of the app. Its script runs as it is, with what it needs of a browser. */
async function ask(browser: Browser, question: unknown, origin: string = appOrigin): Promise<unknown> {
  const { text } = await browser.open(`${idp.current.issuer}/session/check`)
  const script = /<script>(.*)<\/script>/s.exec(text)?.[1] ?? ''
  const cookie = browser.readableCookies(idp.current.issuer)
  return new Promise((resolve) => {
    const source = { postMessage: (answer: unknown, to: string) => resolve([answer, to]) }
    const listen = (_: 'message', hear: (event: object) => void): void =>
      hear({ data: question, origin, source })
    new Function('addEventListener', 'document', script)(listen, { cookie })
  })
}

describe('the session that an app can watch (OpenID Connect Session Management 1.0)', () => {
  it('is named by the answer to a sign-in, with no space and each time differently (section 2)', async () => {
    const { app, browser, sessionState } = await signIn()
    expect(sessionState).toMatch(/^[\da-f]{64}\.[\da-f]{32}$/)
    const again = await browser.open(app.authorizationUrl({ prompt: 'none' }))
    expect(stateIn(again)).toMatch(/^[\da-f]{64}\.[\da-f]{32}$/)
    expect(stateIn(again)).not.toBe(sessionState)
    for (const state of [sessionState, stateIn(again)]) {
      expect(await ask(browser, `${app.clientId} ${state}`)).toEqual(['unchanged', appOrigin])
    }
  })

  it('is not named where nobody is signed in', async () => {
    const { url } = await createBrowser({ appOrigin }).open(
      createApp(idp.current).authorizationUrl({ prompt: 'none' }),
    )
    expect(url.searchParams.has('session_state')).toBe(false)
  })

  it('is the same after the same person has signed in anew, and another after somebody else has', async () => {
    const { app, browser, sessionState } = await signIn()
    const question = `${app.clientId} ${sessionState}`
    const again = async (as: typeof alice): Promise<Visited> =>
      browser.press(await browser.open(app.authorizationUrl({ prompt: 'login' })), 'Sign in', as)
    await again(alice)
    expect(await ask(browser, question)).toEqual(['unchanged', appOrigin])
    // oidc-provider lets a form of its own submit itself to end the first one's session.
    await browser.press(await again(bob), 'Continue')
    expect(await ask(browser, question)).toEqual(['changed', appOrigin])
  })

  it('is another after a sign-out, and the same after a sign-out that was thought better of', async () => {
    const { app, browser, sessionState } = await signIn()
    const question = `${app.clientId} ${sessionState}`
    const leave = async (button: string): Promise<Visited> =>
      browser.press(await browser.open(`${idp.current.issuer}/session/end`), button)
    await leave('Stay signed in')
    expect(await ask(browser, question)).toEqual(['unchanged', appOrigin])
    await leave('Sign out')
    expect(browser.readableCookies(idp.current.issuer)).toBe('')
    expect(await ask(browser, question)).toEqual(['changed', appOrigin])
  })

  it('is nothing that another app or another origin can ask after (section 4)', async () => {
    const { app, browser, sessionState } = await signIn()
    expect(await ask(browser, `latchkey-partner ${sessionState}`)).toEqual(['changed', appOrigin])
    const elsewhere = 'http://localhost:6000'
    expect(await ask(browser, `${app.clientId} ${sessionState}`, elsewhere)).toEqual(['changed', elsewhere])
  })

  it.each([
    ['nothing', ''],
    ['no state', 'latchkey-demo'],
    ['a state without a salt', 'latchkey-demo abc'],
    ['too much', 'latchkey-demo abc.def ghi'],
    ['what is no text', { state: 'abc.def' }],
  ])('is no answer to %s (section 3.2: error)', async (_, question) => {
    expect(await ask(createBrowser({ appOrigin }), question)).toEqual(['error', appOrigin])
  })

  it('tells a script of the provider no more than that it is there', async () => {
    const { browser } = await signIn()
    expect(browser.readableCookies(idp.current.issuer)).toMatch(/^_browser_state_\d+=[\da-f]{64}$/)
  })
})

it('lets only the app frame the page that answers, and the page do nothing but answer', async () => {
  const response = await fetch(`${idp.current.issuer}/session/check`)
  const script = /<script>(.*)<\/script>/s.exec(await response.text())?.[1] ?? ''
  const hash = createHash('sha256').update(script).digest('base64')
  expect(response.headers.get('content-security-policy')).toBe(
    `default-src 'none'; script-src 'sha256-${hash}'; frame-ancestors ${appOrigin}; base-uri 'none'`,
  )
})
