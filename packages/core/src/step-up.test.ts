import { describe, expect, it } from 'vitest'
import { createFakeApp, decided, type FakeApp, type Tab } from '../test/fake-app.ts'
import { destinationOf, rejectionOf } from '../test/pages.ts'
import { until } from '../test/until.ts'
import type { AuthenticationDemand, StandardSchema, User } from './index.ts'

const gold: AuthenticationDemand = { acrValues: ['gold', 'platinum'] }
const recent: AuthenticationDemand = { maxAge: 300 }

/** Of the person it leaves `sub`. */
const subjectOnly: StandardSchema<User> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (claims) => ({ value: { sub: (claims as User).sub } }),
  },
}

/** An answer of the token endpoint without one of its parts. */
function without(part: string): FakeApp['provider']['onToken'] {
  return ({ body }) => {
    if (typeof body === 'object') delete body[part]
  }
}

/** Somebody is signed in, and the provider says this of how. */
async function signedInWith(claims: Record<string, unknown>): Promise<{ app: FakeApp; tab: Tab }> {
  const app = await createFakeApp()
  app.provider.claims = claims
  return { app, tab: await app.signIn() }
}

/** The person comes back from the provider, which says this of how they authenticated. */
function comeBack(app: FakeApp, tab: Tab, claims: Record<string, unknown>): Tab {
  app.provider.claims = claims
  return app.reload(tab, app.provider.signIn(destinationOf(tab).href))
}

describe('whether the person authenticated as demanded (RFC 9470 §5)', () => {
  it.each<[string, Record<string, unknown>, AuthenticationDemand, boolean]>([
    ['one of the classes will do', { acr: 'platinum' }, gold, true],
    ['another class will not', { acr: 'silver' }, gold, false],
    ['no class will not', {}, gold, false],
    ['nothing demanded is met by anybody', {}, {}, true],
    ['without a time nothing is recent', {}, recent, false],
  ])('%s', async (_, claims, demand, expected) => {
    const { tab } = await signedInWith(claims)
    expect(tab.auth.satisfies(demand)).toBe(expected)
  })

  it('is no longer true once it was too long ago', async () => {
    const app = await createFakeApp()
    app.provider.claims = { auth_time: app.nowMs() / 1000 }
    const { auth } = await app.signIn()
    await app.advance(330_000)
    expect(auth.satisfies(recent)).toBe(true)
    await app.advance(1000)
    expect(auth.satisfies(recent)).toBe(false)
  })

  it.each([
    ['a day fast', 86_400_000],
    ['a day slow', -86_400_000],
  ])(
    'goes by the provider’s time on a device whose clock is %s, after a refresh in another tab too',
    async (_, offMs) => {
      const app = await createFakeApp()
      const right = app.nowMs()
      app.setWallClock(right + offMs)
      const tab = app.open()
      await tab.auth.login()
      const back = app.load({
        stored: tab.platform.stored,
        href: app.provider.signIn(destinationOf(tab).href),
      })
      const providerNow = (): number => (app.nowMs() - offMs) / 1000
      app.provider.now = providerNow
      app.provider.claims = { auth_time: providerNow() }
      await back.auth.handleCallback()
      expect(back.auth.satisfies(recent)).toBe(true)
      const other = app.load()
      await decided(other)
      back.close()
      app.provider.onToken = without('id_token')
      await other.auth.getAccessToken({ forceRefresh: true })
      expect(other.auth.satisfies(recent)).toBe(true)
      await app.advance(331_000)
      expect(other.auth.satisfies(recent)).toBe(false)
    },
  )

  it('is false of nobody', async () => {
    const app = await createFakeApp()
    expect(app.load().auth.satisfies({})).toBe(false)
  })
})

describe('a guard that demands more than the session has', () => {
  it('asks for it, though somebody is signed in, and lets them in who come back with it', async () => {
    const { app, tab } = await signedInWith({ acr: 'silver' })
    await expect(tab.auth.requireSession(gold)).resolves.toMatchObject({ status: 'redirecting' })
    expect(destinationOf(tab).searchParams.get('acr_values')).toBe('gold platinum')
    const back = comeBack(app, tab, { acr: 'gold' })
    await back.auth.handleCallback()
    await expect(back.auth.requireSession(gold)).resolves.toMatchObject({ status: 'authenticated' })
    expect(back.platform.visited).toEqual([])
  })

  it('asks no other tab where this page has the last sign-in that is known of, and waits for no timer, started or not', async () => {
    const { app, tab } = await signedInWith({ acr: 'silver' })
    const before = [app.count('ask'), app.timerCount()]
    tab.close()
    await expect(tab.auth.requireSession(gold)).resolves.toMatchObject({ status: 'redirecting' })
    expect([app.count('ask'), app.timerCount()]).toEqual([before[0], 0])
  })

  it('lets in whoever has it, and goes nowhere', async () => {
    const { tab } = await signedInWith({ acr: 'gold' })
    await expect(tab.auth.requireSession(gold)).resolves.toMatchObject({ status: 'authenticated' })
    expect(tab.platform.visited).toEqual([])
  })

  it('takes what another tab has got meanwhile', async () => {
    const { app, tab } = await signedInWith({ acr: 'silver' })
    tab.platform.setVisible(false)
    const required = tab.auth.requireSession(gold)
    app.provider.claims = { acr: 'gold' }
    await app.signIn()
    tab.platform.setVisible(true)
    tab.platform.wake('visible')
    await expect(required).resolves.toMatchObject({ status: 'authenticated' })
    expect(tab.platform.visited).toEqual([])
    expect(tab.auth.satisfies(gold)).toBe(true)
  })

  it('is told of what another tab has got where the person is described as before', async () => {
    const app = await createFakeApp({ options: { claims: subjectOnly } })
    app.provider.claims = { acr: 'silver' }
    const tab = await app.signIn()
    const state = tab.auth.getState()
    const told: boolean[] = []
    tab.auth.on('refreshed', () => told.push(tab.auth.satisfies(gold)))
    app.provider.claims = { acr: 'gold' }
    await app.signIn()
    await until(() => told.length > 0)
    expect([told, tab.auth.getState()]).toEqual([[true], state])
    expect(tab.auth.getState()).toBe(state)
  })

  it('stops after two rounds at a provider that ignores it, keeps the session and tells why', async () => {
    const { app } = await signedInWith({ acr: 'silver' })
    let tab = app.load()
    for (const _ of [1, 2]) {
      await expect(tab.auth.requireSession(gold)).resolves.toMatchObject({ status: 'redirecting' })
      const back = comeBack(app, tab, { acr: 'silver' })
      expect(await rejectionOf(back.auth.handleCallback())).toMatchObject({
        code: 'reauthentication_required',
      })
      tab = app.reload(back, 'https://app.example/guarded')
      expect(await decided(tab)).toMatchObject({ status: 'authenticated', reason: 'restored' })
    }
    const told: unknown[] = []
    tab.auth.on('error', ({ error }) => told.push(error.code))
    await expect(tab.auth.requireSession(gold)).resolves.toMatchObject({ status: 'authenticated' })
    expect([told, tab.platform.visited]).toEqual([['login_loop'], []])
  })

  it('does not send them off again who came back by themselves', async () => {
    const { tab } = await signedInWith({ acr: 'silver' })
    await tab.auth.requireSession(gold)
    tab.platform.visited.pop()
    tab.platform.wake('restored')
    await expect(tab.auth.requireSession(gold)).resolves.toMatchObject({
      status: 'authenticated',
      reason: 'redirect_cancelled',
    })
    expect(tab.platform.visited).toEqual([])
  })
})

describe('the end of a session that nothing renews', () => {
  it('is the access token’s, and unknown while nobody is signed in', async () => {
    const app = await createFakeApp()
    app.provider.onToken = without('refresh_token')
    expect(app.load().auth.sessionEndsAt()).toBeUndefined()
    const { auth } = await app.signIn()
    expect(auth.sessionEndsAt()).toBe(app.nowMs() + 300_000)
  })
})
