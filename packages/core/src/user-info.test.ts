import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createFakeApp, decided, type FakeApp, type Tab } from '../test/fake-app.ts'
import { settle } from '../test/fake-platform.ts'
import { json } from '../test/fake-provider.ts'
import { destinationOf, rejectionOf } from '../test/pages.ts'
import { until } from '../test/until.ts'
import type { AuthState, OpenIdOptions, User } from './index.ts'

const withUserInfo: Partial<OpenIdOptions> = { userInfo: true }

/** Somebody signs in, and UserInfo says more of them than the ID token does. */
async function signedIn(
  options: Partial<OpenIdOptions> = withUserInfo,
  userInfo: Record<string, unknown> = { email: 'alice@example.com' },
): Promise<{ app: FakeApp; tab: Tab }> {
  const app = await createFakeApp({ options })
  app.provider.userInfo = userInfo
  return { app, tab: await app.signIn() }
}

/** Every state that a page goes through from now on. */
function statesOf({ auth }: Tab): AuthState<User>[] {
  const states: AuthState<User>[] = []
  auth.on('state', ({ state }) => states.push(state))
  return states
}

describe('a sign-in with option "userInfo"', () => {
  it('says of the person what the ID token and UserInfo say (OpenID Connect Core §5.3)', async () => {
    const { app, tab } = await signedIn()
    expect(tab.auth.getState()).toMatchObject({
      status: 'authenticated',
      reason: 'signed_in',
      user: { sub: 'alice', name: 'Alice', email: 'alice@example.com' },
    })
    expect(app.provider.count('/userinfo')).toBe(1)
  })

  it.each([{}, { idleTimeoutSeconds: 900 }])('asks nothing without that option: %j', async (options) => {
    const { app, tab } = await signedIn(options)
    expect(tab.auth.getState().user).not.toHaveProperty('email')
    expect(app.provider.count('/userinfo')).toBe(0)
  })

  it('believes UserInfo about the person, and about nothing else', async () => {
    const forged = {
      name: 'Al',
      iss: 'https://evil.example',
      acr: 'gold',
      auth_time: 9,
      amr: ['otp'],
      sid: 's',
    }
    const { tab } = await signedIn(withUserInfo, { ...forged, aud: 'other', exp: 1, nonce: 'n' })
    expect(tab.auth.getState().user).toEqual({ iss: 'https://id.example', sub: 'alice', name: 'Al' })
    expect(tab.auth.satisfies({ acrValues: ['gold'] })).toBe(false)
  })

  it('lets the schema of option "claims" see all of it', async () => {
    const claims = z.object({ sub: z.string(), email: z.email() })
    const { tab } = await signedIn({ ...withUserInfo, claims: claims as never })
    expect(tab.auth.getState().user).toEqual({ sub: 'alice', email: 'alice@example.com' })
  })

  it('is the same person in another tab and after a reload, and nobody is asked again', async () => {
    const { app, tab } = await signedIn()
    const other = app.load()
    await decided(other)
    expect(other.auth.getState().user).toEqual(tab.auth.getState().user)
    const again = app.reload(tab)
    await decided(again)
    expect(again.auth.getState()).toMatchObject({
      reason: 'restored',
      user: { email: 'alice@example.com' },
    })
    expect(app.provider.count('/userinfo')).toBe(1)
  })

  it('asks for a session that began without it', async () => {
    const app = await createFakeApp()
    app.provider.userInfo = { email: 'alice@example.com' }
    await app.signIn()
    const newer = app.load({ options: withUserInfo })
    await decided(newer)
    expect(newer.auth.getState()).toMatchObject({ reason: 'restored', user: { email: 'alice@example.com' } })
  })

  it.each([
    ['is about another person', () => json(200, { sub: 'bob' }), 'invalid_user_info'],
    ['is refused', () => json(403, { error: 'insufficient_scope' }), 'user_info_failed'],
    ['does not come', () => json(503, {}), 'server_unavailable'],
  ])('fails where UserInfo %s: no session, and no tokens that linger', async (_, answer, code) => {
    const app = await createFakeApp({ options: withUserInfo })
    const left = app.open()
    await left.auth.login()
    const href = app.provider.signIn(destinationOf(left).href)
    app.provider.onRequest = ({ path }) => (path === '/userinfo' ? answer() : undefined)
    const back = app.open({ href, stored: left.platform.stored })
    const error = await rejectionOf(back.auth.handleCallback())
    expect(error).toMatchObject({ code, returnTo: '/' })
    expect(back.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'sign_in_failed', error })
    await until(() => app.provider.count('/revoke') === 1)
    expect(app.browser.storage.keys()).toEqual([])
    await expect(back.auth.getAccessToken()).rejects.toMatchObject({ code: 'not_signed_in' })
  })
})

describe('refreshUser()', () => {
  it('asks again, changes the state once, and gives who it is now', async () => {
    const { app, tab } = await signedIn()
    const states = statesOf(tab)
    app.provider.userInfo = { email: 'alice@example.org' }
    const user = await tab.auth.refreshUser()
    expect(user).toMatchObject({ sub: 'alice', name: 'Alice', email: 'alice@example.org' })
    expect(states).toEqual([{ status: 'authenticated', reason: 'user_changed', user }])
    expect(tab.auth.getState().user).toBe(user)
  })

  it('changes nothing where nothing has changed', async () => {
    const { tab } = await signedIn()
    const before = tab.auth.getState()
    await expect(tab.auth.refreshUser()).resolves.toEqual(before.user)
    expect(tab.auth.getState()).toBe(before)
  })

  it('is one request, however many ask', async () => {
    const { app, tab } = await signedIn()
    await Promise.all(Array.from({ length: 10 }, () => tab.auth.refreshUser()))
    expect(app.provider.count('/userinfo')).toBe(2)
  })

  it('works without option "userInfo", and is kept through a refresh of the token', async () => {
    const { app, tab } = await signedIn({})
    await tab.auth.refreshUser()
    await tab.auth.getAccessToken({ forceRefresh: true })
    expect(tab.auth.getState().user?.email).toBe('alice@example.com')
    expect(app.provider.count('/userinfo')).toBe(1)
  })

  it('tells the other tabs, and is no new access token to them', async () => {
    const { app, tab } = await signedIn()
    const other = app.load()
    await decided(other)
    const states = statesOf(other)
    let refreshes = 0
    other.auth.on('refreshed', () => {
      refreshes += 1
    })
    app.provider.userInfo = { email: 'alice@example.org' }
    const user = await tab.auth.refreshUser()
    await until(() => states.length > 0)
    expect(states).toEqual([{ status: 'authenticated', reason: 'user_changed', user }])
    expect(refreshes).toBe(0)
  })

  it('leaves everything as it was where UserInfo cannot be had, or is of somebody else', async () => {
    const { app, tab } = await signedIn()
    const before = tab.auth.getState()
    app.provider.userInfo = { sub: 'bob' }
    expect(await rejectionOf(tab.auth.refreshUser())).toMatchObject({ code: 'invalid_user_info' })
    app.provider.onRequest = () => {
      throw new TypeError('Failed to fetch')
    }
    expect(await rejectionOf(tab.auth.refreshUser())).toMatchObject({ code: 'network_failed' })
    expect(tab.auth.getState()).toBe(before)
    await expect(tab.auth.getAccessToken()).resolves.toMatch(/^SENTINEL/)
  })

  it('refuses who does not fit option "claims", and goes on with who did', async () => {
    const claims = z.object({ sub: z.string(), email: z.email() })
    const { app, tab } = await signedIn({ ...withUserInfo, claims: claims as never })
    const before = tab.auth.getState()
    app.provider.userInfo = { email: 'none' }
    const error = await rejectionOf(tab.auth.refreshUser())
    expect(error).toMatchObject({ code: 'claims_rejected' })
    expect(error.message).toContain('at "email"')
    expect(tab.auth.getState()).toBe(before)
  })

  it('is refused where nobody is signed in, and asks nothing', async () => {
    const app = await createFakeApp()
    const tab = app.load()
    expect(await rejectionOf(tab.auth.refreshUser())).toMatchObject({ code: 'not_signed_in' })
    await settle()
    expect(app.provider.seen).toEqual([])
  })
})
