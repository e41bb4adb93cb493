import { describe, expect, it } from 'vitest'
import { createFakeApp, type FakeApp, refusal, sameSite, type Tab } from '../../test/fake-app.ts'
import { type FakeWindow, settle } from '../../test/fake-platform.ts'
import { expectNoSecrets } from '../../test/no-secrets.ts'
import { holdUp, rejectionOf } from '../../test/pages.ts'
import { until } from '../../test/until.ts'
import { passOn, stateOf, windowOf } from '../../test/windows.ts'
import { createAuthClient, isAuthError } from '../index.ts'
import { windowHost } from '../sign-in/window-host.ts'
import type { StandardSchema } from '../standard-schema.ts'
import { storageKeys } from '../storage-keys.ts'
import type { User } from '../user.ts'
import { loginWithPopup } from './index.ts'

/** A window is open at the provider. */
async function opened(...options: Parameters<typeof createFakeApp>): Promise<{
  app: FakeApp
  tab: Tab
  signIn: Promise<void>
  window: FakeWindow
}> {
  const app = await createFakeApp(...options)
  const tab = app.load()
  const signIn = loginWithPopup(tab.auth)
  signIn.catch(() => undefined)
  return { app, tab, signIn, window: await windowOf(tab) }
}

const codeExchanges = ({ provider }: FakeApp): number =>
  provider.seen.filter(({ form }) => form.get('grant_type') === 'authorization_code').length

describe('a sign-in in a window', () => {
  it('opens it before anything is awaited (POP-01)', async () => {
    const { platform, auth } = (await createFakeApp()).load()
    void loginWithPopup(auth).catch(() => undefined)
    expect(platform.windows).toMatchObject([{ url: '', size: { width: 480, height: 640 } }])
  })

  it('signs in with the answer that comes by a channel, and leaves the page where it is (POP-02)', async () => {
    const { app, tab, signIn, window } = await opened()
    expect(tab.auth.getState().status).toBe('unauthenticated')
    passOn(app.browser, app.provider.signIn(window.url))
    await signIn
    expect(tab.auth.getState()).toMatchObject({ status: 'authenticated', reason: 'signed_in' })
    await expect(tab.auth.getAccessToken()).resolves.toBeTruthy()
    expect(tab.platform.visited).toEqual([])
    expect(window.isClosed).toBe(true)
  })

  it('keeps nothing of it in the tab’s storage, which the window has a copy of (POP-05)', async () => {
    const { tab } = await opened()
    expect([...tab.platform.stored.keys()].filter((key) => key.includes('sign-in'))).toEqual([])
  })

  it('comes back to the silent callback page where there is one, and to the callback otherwise', async () => {
    const redirectUriOf = ({ url }: FakeWindow): string | null =>
      new URL(url).searchParams.get('redirect_uri')
    expect(redirectUriOf((await opened(sameSite)).window)).toBe('https://example.com/silent')
    expect(redirectUriOf((await opened()).window)).toBe('https://app.example/callback')
  })

  it('asks for what it was told to ask for', async () => {
    const tab = (await createFakeApp()).load()
    void loginWithPopup(tab.auth, { acrValues: ['gold'], loginHint: 'alice' }).catch(() => undefined)
    const { searchParams } = new URL((await windowOf(tab)).url)
    expect(searchParams.get('acr_values')).toBe('gold')
    expect(searchParams.get('login_hint')).toBe('alice')
  })

  it('does not let the pages in the window see this one, where a channel will do', async () => {
    expect((await opened()).window.hasOpener).toBe(false)
  })

  it('takes the answer from the opener’s side where there is no channel, or none that reaches (POP-02)', async () => {
    const app = await createFakeApp()
    app.browser.removeChannels()
    const tab = app.load()
    const signIn = loginWithPopup(tab.auth)
    const window = await windowOf(tab)
    expect(window.hasOpener).toBe(true)
    window.say({ latchkey: 'silent-callback', url: app.provider.signIn(window.url) })
    await signIn
    expect(tab.auth.getState().status).toBe('authenticated')
  })

  it('keeps the opener in a frame, whose channels may be of another partition', async () => {
    const tab = (await createFakeApp()).load()
    tab.platform.setFramed(true)
    void loginWithPopup(tab.auth).catch(() => undefined)
    expect((await windowOf(tab)).hasOpener).toBe(true)
  })

  it('hears nothing that is not the answer to this sign-in (POP-04)', async () => {
    const { app, tab, signIn, window } = await opened()
    const real = app.provider.signIn(window.url)
    const state = stateOf(real)
    const forged = new URL(real)
    forged.searchParams.set('state', 'another')
    passOn(app.browser, forged.href, state)
    passOn(app.browser, 'no url', state)
    window.say({ latchkey: 'another thing', url: real })
    window.say(null)
    await app.advance(0)
    expect(tab.auth.getState().status).toBe('unauthenticated')
    passOn(app.browser, real)
    await signIn
    expect(codeExchanges(app)).toBe(1)
  })

  it('refuses an answer at another page of the app, and exchanges nothing (RFC 9700 §2.1)', async () => {
    const { app, signIn, window } = await opened()
    const elsewhere = new URL(app.provider.signIn(window.url))
    elsewhere.pathname = '/another'
    passOn(app.browser, elsewhere.href)
    const error = await rejectionOf(signIn)
    expect(error).toMatchObject({ name: 'ProtocolError', code: 'invalid_authorization_response' })
    expect(codeExchanges(app)).toBe(0)
    expectNoSecrets(error, [elsewhere.searchParams.get('code') ?? '', stateOf(elsewhere.href)])
  })

  it('tells what the provider refused, and leaves the state as it was', async () => {
    const { app, tab, signIn, window } = await opened()
    const told: unknown[] = []
    tab.auth.on('error', ({ error, during }) => told.push([error.code, during]))
    const before = tab.auth.getState()
    passOn(app.browser, refusal(window.url, 'access_denied'))
    expect(await rejectionOf(signIn)).toMatchObject({ name: 'ServerError', code: 'access_denied' })
    expect(told).toEqual([['access_denied', 'login']])
    expect(tab.auth.getState()).toBe(before)
    expect(window.isClosed).toBe(true)
  })

  it('keeps a session that is there when it fails', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    const token = await tab.auth.getAccessToken()
    const signIn = loginWithPopup(tab.auth)
    passOn(app.browser, refusal((await windowOf(tab)).url, 'access_denied'))
    await rejectionOf(signIn)
    expect(tab.auth.getState().status).toBe('authenticated')
    await expect(tab.auth.getAccessToken()).resolves.toBe(token)
  })

  it('checks how the person authenticated (RFC 9470 §5)', async () => {
    const app = await createFakeApp()
    const tab = app.load()
    app.provider.claims = { acr: 'silver' }
    const signIn = loginWithPopup(tab.auth, { acrValues: ['gold'] })
    passOn(app.browser, app.provider.signIn((await windowOf(tab)).url))
    expect(await rejectionOf(signIn)).toMatchObject({ code: 'reauthentication_required' })
    expect(tab.auth.getState().status).toBe('unauthenticated')
  })

  it('signs nobody in who has signed out in another tab meanwhile (TAB-03)', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    const other = app.load()
    await until(() => other.auth.getState().status === 'authenticated')
    const signIn = loginWithPopup(tab.auth)
    const window = await windowOf(tab)
    await other.auth.logout({ local: true })
    passOn(app.browser, app.provider.signIn(window.url))
    expect(await rejectionOf(signIn)).toMatchObject({ code: 'signing_out' })
    expect(tab.auth.getState().status).toBe('unauthenticated')
    expect(codeExchanges(app)).toBe(1)
  })

  it('asks the provider for nothing where somebody signs out', async () => {
    const app = await createFakeApp({ options: { pushedAuthorization: 'always' } })
    app.provider.metadata.pushed_authorization_request_endpoint = 'https://id.example/par'
    const tab = await app.signIn()
    const { goOn } = holdUp(app, '/revoke')
    const out = tab.auth.logout()
    const pushed = app.provider.count('/par')
    expect(await rejectionOf(loginWithPopup(tab.auth))).toMatchObject({ code: 'signing_out' })
    expect(app.provider.count('/par')).toBe(pushed)
    expect(tab.platform.windows).toMatchObject([{ isClosed: true, url: '' }])
    goOn()
    await out
  })

  it('goes nowhere where somebody signs out while it is begun', async () => {
    const app = await createFakeApp({ options: { pushedAuthorization: 'always' } })
    app.provider.metadata.pushed_authorization_request_endpoint = 'https://id.example/par'
    const tab = await app.signIn()
    const { arrived, goOn } = holdUp(app, '/par')
    const signIn = rejectionOf(loginWithPopup(tab.auth))
    await arrived
    const out = tab.auth.logout({ local: true })
    goOn()
    expect(await signIn).toMatchObject({ code: 'signing_out' })
    expect(tab.platform.windows).toMatchObject([{ isClosed: true, url: '' }])
    await out
  })

  it('goes on where somebody signs in in another tab meanwhile', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    const signIn = loginWithPopup(tab.auth)
    const { url } = await windowOf(tab)
    app.provider.claims = { sub: 'bob' }
    await app.signIn()
    await until(() => tab.auth.getState().user?.sub === 'bob')
    app.provider.claims = { sub: 'carol' }
    passOn(app.browser, app.provider.signIn(url))
    await signIn
    expect(tab.auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'carol' } })
  })

  it('shows nobody whom the app cannot be shown', async () => {
    const claims: StandardSchema<User> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => ({ issues: [{ message: 'must be "bob"' }] }),
      },
    }
    const { tab, signIn, app, window } = await opened({ options: { claims } })
    passOn(app.browser, app.provider.signIn(window.url))
    expect(await rejectionOf(signIn)).toMatchObject({ name: 'ConfigurationError', code: 'claims_rejected' })
    expect(tab.auth.getState().status).toBe('unauthenticated')
  })

  it('fails where the app can be shown them no longer once they are signed in', async () => {
    let looks = 0
    const claims: StandardSchema<User> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) =>
          ++looks > 1 ? { issues: [{ message: 'has changed its mind' }] } : { value: value as User },
      },
    }
    const { tab, signIn, app, window } = await opened({ options: { claims } })
    passOn(app.browser, app.provider.signIn(window.url))
    expect(await rejectionOf(signIn)).toMatchObject({ name: 'ConfigurationError', code: 'claims_rejected' })
    expect(tab.auth.getState()).toMatchObject({
      status: 'unauthenticated',
      error: { code: 'claims_rejected' },
    })
  })

  it('makes the provider worth asking by a redirect again, where that came to nothing before', async () => {
    const { app, tab, signIn, window } = await opened()
    const { askedByRedirect } = storageKeys(tab.auth.instanceId)
    tab.platform.stored.set(askedByRedirect, '1')
    passOn(app.browser, app.provider.signIn(window.url))
    await signIn
    expect(tab.platform.stored.has(askedByRedirect)).toBe(false)
  })

  it('says that the provider cannot be asked for an account, and asks it for a sign-in (prompt "create")', async () => {
    const tab = (await createFakeApp()).load()
    const told: unknown[] = []
    tab.auth.on('error', ({ error, during }) => told.push([error.code, during]))
    void loginWithPopup(tab.auth, { prompt: 'create' }).catch(() => undefined)
    expect(new URL((await windowOf(tab)).url).searchParams.has('prompt')).toBe(false)
    expect(told).toEqual([['create_unsupported', 'login']])
  })

  it('tells of nothing that went wrong where nothing did', async () => {
    const app = await createFakeApp()
    const tab = app.load()
    const told: unknown[] = []
    tab.auth.on('error', ({ error }) => told.push(error.code))
    const signIn = loginWithPopup(tab.auth)
    passOn(app.browser, app.provider.signIn((await windowOf(tab)).url))
    await signIn
    expect(told).toEqual([])
  })

  it('of the same person tells when their token ends, though the state is what it was', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    const told: unknown[] = []
    tab.auth.on('refreshed', ({ accessTokenExpiresAt }) => told.push(accessTokenExpiresAt))
    const before = tab.auth.getState()
    await app.advance(1000)
    const signIn = loginWithPopup(tab.auth)
    passOn(app.browser, app.provider.signIn((await windowOf(tab)).url))
    await signIn
    expect(tab.auth.getState()).toBe(before)
    expect(told).toEqual([app.nowMs() + 300_000])
  })

  it('of another person tells it by the state, and by nothing else', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    const told: unknown[] = []
    tab.auth.on('refreshed', () => told.push('refreshed'))
    app.provider.claims = { sub: 'bob' }
    const signIn = loginWithPopup(tab.auth)
    passOn(app.browser, app.provider.signIn((await windowOf(tab)).url))
    await signIn
    expect(tab.auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'bob' } })
    expect(told).toEqual([])
  })

  it('can be ended again while the provider is still being told of the last sign-out', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    const { arrived, goOn } = holdUp(app, '/revoke')
    const first = tab.auth.logout({ local: true })
    await arrived
    const signIn = loginWithPopup(tab.auth)
    passOn(app.browser, app.provider.signIn((await windowOf(tab)).url))
    await signIn
    const second = tab.auth.logout({ local: true })
    await until(() => tab.auth.getState().status === 'unauthenticated')
    goOn()
    await first
    await second
    await expect(tab.auth.getAccessToken()).rejects.toMatchObject({ code: 'not_signed_in' })
  })

  it('is told to every other tab', async () => {
    const { app, signIn, window } = await opened()
    const other = app.load()
    passOn(app.browser, app.provider.signIn(window.url))
    await signIn
    await until(() => other.auth.getState().status === 'authenticated')
    expect(codeExchanges(app)).toBe(1)
  })
})

describe('a window that does not open', () => {
  it('says so, with what login() can do instead', async () => {
    const tab = (await createFakeApp()).load()
    tab.platform.blockWindows()
    const error = await rejectionOf(loginWithPopup(tab.auth, { acrValues: ['gold'], maxAge: 60 }))
    expect(error).toMatchObject({
      name: 'SignInRequiredError',
      code: 'popup_blocked',
      fallback: 'redirect',
      demand: { acrValues: ['gold'], maxAge: 60 },
    })
    expect(isAuthError(error)).toBe(true)
  })

  it('says what login() is to ask for and no more, and tells whoever listens', async () => {
    const tab = (await createFakeApp()).load()
    const told: unknown[] = []
    tab.auth.on('error', ({ error, during }) => told.push([error.code, during]))
    tab.platform.blockWindows()
    const all = { scope: 'orders', resource: 'urn:orders', audience: 'orders' }
    expect(await rejectionOf(loginWithPopup(tab.auth, { ...all, loginHint: 'alice' }))).toMatchObject({
      demand: all,
    })
    const { demand } = (await rejectionOf(loginWithPopup(tab.auth))) as unknown as { demand: object }
    expect(Object.keys(demand)).toEqual([])
    expect(told).toEqual([
      ['popup_blocked', 'login'],
      ['popup_blocked', 'login'],
    ])
  })

  it('leaves one that is open as it is', async () => {
    const { app, tab, signIn, window } = await opened()
    tab.platform.blockWindows()
    await rejectionOf(loginWithPopup(tab.auth, { prompt: 'login' }))
    expect(window.isClosed).toBe(false)
    passOn(app.browser, app.provider.signIn(window.url))
    await expect(signIn).resolves.toBeUndefined()
  })

  it('is no question on a server', async () => {
    const auth = createAuthClient({ issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback' })
    expect(await rejectionOf(loginWithPopup(auth))).toMatchObject({ code: 'no_browser' })
  })

  it('is not tried by a client in a frame of another app, which has none to open', async () => {
    expect(await rejectionOf(loginWithPopup({ [windowHost]: undefined }))).toMatchObject({
      name: 'ConfigurationError',
      code: 'invalid_option',
      message: expect.stringContaining('login()'),
    })
  })

  it('is not tried where there is no WebCrypto', async () => {
    const tab = (await createFakeApp()).load()
    tab.platform.setSecure(false)
    expect(await rejectionOf(loginWithPopup(tab.auth))).toMatchObject({ code: 'insecure_context' })
    expect(tab.platform.windows).toEqual([])
  })

  it.each([
    ['returnTo', { returnTo: '/' }],
    ['appState', { appState: 1 }],
    ['timeoutSeconds', { timeoutSeconds: 0 }],
    ['window.width', { window: { width: 20 } }],
    ['window.color', { window: { color: 'red' } }],
  ])('is not tried with a bad option: %s', async (name, options) => {
    const tab = (await createFakeApp()).load()
    const error = await rejectionOf(loginWithPopup(tab.auth, options as object))
    expect(error).toMatchObject({ code: 'invalid_option' })
    expect(error.message).toContain(name)
    expect(tab.platform.windows).toEqual([])
  })

  it('is closed again where an option is none of login()’s', async () => {
    const tab = (await createFakeApp()).load()
    const error = await rejectionOf(loginWithPopup(tab.auth, { promt: 'login' } as object))
    expect(error.message).toContain('promt')
    expect(tab.platform.windows).toMatchObject([{ isClosed: true, url: '' }])
  })
})

describe('a window that is closed', () => {
  it('is noticed after a moment in which its answer may still come (POP-03)', async () => {
    const { app, signIn, window } = await opened()
    await app.advance(1000)
    window.whereabouts = 'gone'
    window.attention = 'here'
    await app.advance(2000)
    passOn(app.browser, app.provider.signIn(window.url))
    await expect(signIn).resolves.toBeUndefined()
  })

  it('ends the sign-in once that moment is over', async () => {
    const { app, tab, signIn, window } = await opened()
    await app.advance(1000)
    window.whereabouts = 'gone'
    window.attention = 'here'
    await app.advance(2500)
    expect(await rejectionOf(signIn)).toMatchObject({ name: 'SignInRequiredError', code: 'popup_closed' })
    expect(tab.auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'no_session' })
  })

  it('ends it at once where it was not sent to the provider yet', async () => {
    const { platform, auth } = (await createFakeApp()).load()
    const signIn = loginWithPopup(auth)
    const [window] = platform.windows
    if (window) window.whereabouts = 'gone'
    expect(await rejectionOf(signIn)).toMatchObject({ code: 'popup_closed' })
  })

  it('is not believed while the person is not back in the page, for a header may make it look so', async () => {
    const { app, tab, signIn, window } = await opened()
    window.whereabouts = 'gone'
    await app.advance(30_000)
    // As far as the browser says, they never left; but it never showed the window either.
    window.attention = 'here'
    await app.advance(20_000)
    passOn(app.browser, app.provider.signIn(window.url))
    await signIn
    expect(tab.auth.getState().status).toBe('authenticated')
  })

  it('is not believed while the person is elsewhere, though the window was seen: they may be at a page that hides it', async () => {
    const { app, tab, signIn, window } = await opened()
    await app.advance(1000)
    window.whereabouts = 'gone'
    await app.advance(30_000)
    passOn(app.browser, app.provider.signIn(window.url))
    await signIn
    expect(tab.auth.getState().status).toBe('authenticated')
  })

  it('is not believed of a window that was seen for a moment only, on its way', async () => {
    const { app, tab, signIn, window } = await opened()
    await app.advance(750)
    window.whereabouts = 'gone'
    window.attention = 'here'
    await app.advance(20_000)
    passOn(app.browser, app.provider.signIn(window.url))
    await signIn
    expect(tab.auth.getState().status).toBe('authenticated')
  })

  it('is not so while it is there, though the person is back in the page', async () => {
    const { app, tab, signIn, window } = await opened()
    window.attention = 'back'
    await app.advance(60_000)
    expect(window.isClosed).toBe(false)
    passOn(app.browser, app.provider.signIn(window.url))
    await signIn
    expect(tab.auth.getState().status).toBe('authenticated')
  })

  it('is believed after a while of the person being back', async () => {
    const { app, signIn, window } = await opened()
    window.whereabouts = 'gone'
    await app.advance(20_000)
    window.attention = 'back'
    await app.advance(8000)
    window.attention = 'elsewhere'
    await app.advance(8000)
    window.attention = 'back'
    let isOver = false
    signIn.catch(() => {
      isOver = true
    })
    await app.advance(9900)
    expect(isOver).toBe(false)
    await app.advance(600)
    expect(await rejectionOf(signIn)).toMatchObject({ code: 'popup_closed' })
  })
})

describe('a sign-in in a window that nobody finishes', () => {
  it('ends after its time, and closes the window', async () => {
    const tab = (await createFakeApp()).load()
    const signIn = loginWithPopup(tab.auth, { timeoutSeconds: 30 })
    const window = await windowOf(tab)
    const ended = rejectionOf(signIn)
    await tab.platform.advance(30_500)
    expect(await ended).toMatchObject({ code: 'popup_timeout' })
    expect(window.isClosed).toBe(true)
    expect(tab.platform.timerCount()).toBe(0)
  })

  it('ends when whoever asked for it no longer wants it, with their reason, and nothing has gone wrong', async () => {
    const { auth, platform } = (await createFakeApp()).load()
    const told: unknown[] = []
    auth.on('error', ({ error }) => told.push(error))
    const wanted = new AbortController()
    const signIn = loginWithPopup(auth, { signal: wanted.signal })
    await until(() => Boolean(platform.windows[0]?.url))
    const reason = new Error('no longer')
    wanted.abort(reason)
    expect(await rejectionOf(signIn)).toBe(reason)
    expect(platform.windows).toMatchObject([{ isClosed: true }])
    expect(told).toEqual([])
  })

  it('sends the window nowhere for who stops in the moment before', async () => {
    const { auth, platform } = (await createFakeApp()).load()
    const wanted = new AbortController()
    const signIn = rejectionOf(loginWithPopup(auth, { signal: wanted.signal }))
    const [window] = platform.windows
    const reason = new Error('no longer')
    // Looked at in the very moment before it is sent off.
    if (window)
      Object.defineProperty(window, 'whereabouts', { get: () => void wanted.abort(reason), set() {} })
    expect(await signIn).toBe(reason)
    await settle()
    expect(platform.windows).toMatchObject([{ url: '', isClosed: true }])
  })

  it('opens nothing for who has given up before', async () => {
    const { auth, platform } = (await createFakeApp()).load()
    const reason = new Error('no longer')
    expect(await rejectionOf(loginWithPopup(auth, { signal: AbortSignal.abort(reason) }))).toBe(reason)
    expect(platform.windows).toEqual([])
  })

  it('is shown again where it is asked for again, and gives both one outcome', async () => {
    const { app, tab, signIn, window } = await opened()
    const again = loginWithPopup(tab.auth)
    expect(tab.platform.windows).toHaveLength(1)
    expect(window.focused).toBe(1)
    passOn(app.browser, app.provider.signIn(window.url))
    await Promise.all([signIn, again])
    expect(codeExchanges(app)).toBe(1)
  })

  it('ends for the one of two who no longer wants it, and goes on for the other', async () => {
    const { app, tab, signIn: first, window } = await opened()
    const stop = new AbortController()
    const second = rejectionOf(loginWithPopup(tab.auth, { signal: stop.signal }))
    const reason = new Error('no longer')
    stop.abort(reason)
    expect(await second).toBe(reason)
    passOn(app.browser, app.provider.signIn(window.url))
    await first
    expect(tab.auth.getState().status).toBe('authenticated')
  })

  it('goes on for who joined it where the one who opened the window no longer wants it', async () => {
    const app = await createFakeApp()
    const { auth, platform } = app.load()
    const [one, other] = [new AbortController(), new AbortController()]
    const first = rejectionOf(loginWithPopup(auth, { signal: one.signal }))
    const second = loginWithPopup(auth, { signal: other.signal })
    const { url } = await windowOf({ platform })
    const reason = new Error('no longer')
    one.abort(reason)
    expect(await first).toBe(reason)
    passOn(app.browser, app.provider.signIn(url))
    await second
    expect(auth.getState().status).toBe('authenticated')
  })

  it('ends once nobody wants it any more, with the reason of each', async () => {
    const { auth, platform } = (await createFakeApp()).load()
    const stops = [new AbortController(), new AbortController()]
    const signIns = stops.map(({ signal }) => rejectionOf(loginWithPopup(auth, { signal })))
    const window = await windowOf({ platform })
    for (const [index, stop] of stops.entries()) stop.abort(new Error(`reason ${index}`))
    expect((await Promise.all(signIns)).map(({ message }) => message)).toEqual(['reason 0', 'reason 1'])
    expect(window.isClosed).toBe(true)
    expect(platform.timerCount()).toBe(0)
  })

  it('ends for who no longer wants it while the answer is exchanged, and signs nobody in', async () => {
    const app = await createFakeApp()
    const tab = app.load()
    const stop = new AbortController()
    const signIn = rejectionOf(loginWithPopup(tab.auth, { signal: stop.signal }))
    const { url } = await windowOf(tab)
    const token = holdUp(app, '/token')
    passOn(app.browser, app.provider.signIn(url))
    await token.arrived
    const reason = new Error('no longer')
    stop.abort(reason)
    expect(await signIn).toBe(reason)
    token.goOn()
    await until(() => app.provider.count('/revoke') > 0)
    expect(tab.auth.getState().status).toBe('unauthenticated')
    await expect(tab.auth.getAccessToken()).rejects.toMatchObject({ code: 'not_signed_in' })
  })

  it('exchanges nothing for who stops as the answer comes', async () => {
    const app = await createFakeApp()
    const tab = app.load()
    const stop = new AbortController()
    const signIn = rejectionOf(loginWithPopup(tab.auth, { signal: stop.signal }))
    const { url } = await windowOf(tab)
    const reason = new Error('no longer')
    passOn(app.browser, app.provider.signIn(url))
    // The answer is heard before this, and nobody has looked at it yet.
    queueMicrotask(() => stop.abort(reason))
    expect(await signIn).toBe(reason)
    await settle()
    expect(codeExchanges(app)).toBe(0)
    expect(tab.auth.getState().status).toBe('unauthenticated')
  })

  it('opens no second window where the first has closed itself and its answer is being exchanged', async () => {
    const { app, tab, signIn, window } = await opened()
    const token = holdUp(app, '/token')
    passOn(app.browser, app.provider.signIn(window.url))
    await token.arrived
    window.whereabouts = 'gone'
    const again = loginWithPopup(tab.auth)
    expect(tab.platform.windows).toHaveLength(1)
    token.goOn()
    await Promise.all([signIn, again])
    expect(tab.auth.getState().status).toBe('authenticated')
  })

  it('leaves nothing running where the window cannot be sent to the provider', async () => {
    const app = await createFakeApp()
    const { auth, platform } = app.load()
    const signIn = rejectionOf(loginWithPopup(auth))
    const broken = new Error('the browser says no')
    platform.windows[0]?.breaks(broken)
    const channels = app.browser.channelCount()
    expect(await signIn).toBe(broken)
    expect([platform.timerCount(), app.browser.channelCount()]).toEqual([0, channels])
  })

  it('does not keep another from being opened where the person has closed it', async () => {
    const { app, tab, signIn, window } = await opened()
    window.whereabouts = 'gone'
    const again = loginWithPopup(tab.auth)
    expect(tab.platform.windows).toHaveLength(2)
    expect(window.focused).toBe(0)
    expect(await rejectionOf(signIn)).toMatchObject({ code: 'popup_closed' })
    passOn(app.browser, app.provider.signIn((await windowOf(tab)).url))
    await again
    expect(tab.auth.getState().status).toBe('authenticated')
  })

  it.each(['was finished', 'failed'])('is another than the one before, which %s', async (how) => {
    const { app, tab, signIn, window } = await opened()
    passOn(
      app.browser,
      how === 'failed' ? refusal(window.url, 'access_denied') : app.provider.signIn(window.url),
    )
    await signIn.catch(() => undefined)
    await settle()
    const again = loginWithPopup(tab.auth)
    expect(tab.platform.windows).toHaveLength(2)
    passOn(app.browser, app.provider.signIn((await windowOf(tab)).url))
    await again
    expect(codeExchanges(app)).toBe(how === 'failed' ? 1 : 2)
  })

  it('gives way to one that asks for something else', async () => {
    const { app, tab, signIn, window } = await opened()
    const other = loginWithPopup(tab.auth, { prompt: 'login' })
    expect(await rejectionOf(signIn)).toMatchObject({ code: 'popup_closed' })
    expect(window.isClosed).toBe(true)
    await until(() => Boolean(tab.platform.windows[1]?.url))
    // That the first is over takes nothing from the second.
    const joined = loginWithPopup(tab.auth, { prompt: 'login' })
    expect(tab.platform.windows).toHaveLength(2)
    passOn(app.browser, app.provider.signIn(tab.platform.windows[1]?.url ?? ''))
    await Promise.all([other, joined])
    expect(tab.auth.getState().status).toBe('authenticated')
  })
})

describe('the callback page in a window', () => {
  it('passes the answer on, takes it out of its URL and signs nobody in there (POP-05)', async () => {
    const { app, tab, signIn, window } = await opened()
    const inside = app.load({
      href: app.provider.signIn(window.url),
      stored: new Map(tab.platform.stored),
    })
    await signIn
    expect(tab.auth.getState().status).toBe('authenticated')
    expect(inside.platform.navigation.href()).toBe('https://app.example/callback')
    expect(inside.platform.handedOver).toHaveLength(1)
    expect(inside.auth.getState().status).toBe('loading')
    expect(codeExchanges(app)).toBe(1)
  })

  it('tells whoever still looks at it to close it', async () => {
    const { app, signIn, window } = await opened()
    const inside = app.open({ href: app.provider.signIn(window.url) })
    const handled = inside.auth.handleCallback()
    await signIn
    await app.advance(2000)
    expect(await rejectionOf(handled)).toMatchObject({ code: 'sign_in_handed_over' })
  })
})
