import { describe, expect, it } from 'vitest'
import { createFakeApp, decided, type FakeApp, type Tab } from '../test/fake-app.ts'
import { settle } from '../test/fake-platform.ts'
import { destinationOf, rejectionOf } from '../test/pages.ts'
import { until } from '../test/until.ts'

const hour = 60 * 60 * 1000
const day = 24 * hour

/** A timer that a browser would fire at once (HTML §8.7: a delay has 32 bits). */
function refuseLongTimers({ platform }: Tab): void {
  const { setTimer } = platform.clock
  Object.assign(platform.clock, {
    setTimer(delayMs: number, callback: () => void) {
      if (delayMs > 2 ** 31 - 1) throw new RangeError(`A timer of ${delayMs} ms would fire at once.`)
      return setTimer(delayMs, callback)
    },
  })
}

describe('an access token of any lifetime (pain 58)', () => {
  it.each<[string, unknown, number]>([
    ['0', 0, 2],
    ['-1', -1, 1],
    ['5 seconds', 5, 2],
    ['25 days', 25 * 24 * 3600, 1],
    ['10 years', 10 * 365 * 24 * 3600, 1],
    ['"3600"', '3600', 1],
    ['"soon"', 'soon', 1],
    ['null', null, 1],
    ['nothing', undefined, 1],
  ])('signs in, is given out, and starts no storm: expires_in is %s', async (_, expiresIn, requests) => {
    const app = await createFakeApp()
    app.provider.onToken = ({ body }) => void Object.assign(body, { expires_in: expiresIn })
    const setup = app.open()
    refuseLongTimers(setup)
    const tab = await app.signIn()
    expect(tab.auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'alice' } })
    await app.advance(10_000)
    await expect(tab.auth.getAccessToken()).resolves.toMatch(/^SENTINEL/)
    // The sign-in, and what was asked for: nothing renews ahead of time here, in a minute.
    expect(app.provider.count('/token')).toBe(requests)
    await app.advance(60_000)
    expect(app.provider.count('/token')).toBe(requests)
    expect(app.timerCount()).toBeLessThanOrEqual(1)
  })

  it('that lives 25 days is renewed in time, once', async () => {
    const app = await createFakeApp()
    app.provider.expiresIn = 25 * 24 * 3600
    app.provider.claims = { exp: 2_000_000_000 }
    await app.signIn()
    await app.advance(25 * day - 61_000)
    expect(app.provider.count('/token')).toBe(1)
    await app.advance(61_000)
    expect(app.provider.count('/token')).toBe(2)
  })
})

describe('a device that slept for 8 hours (pain 6)', () => {
  /** Nothing runs in sleep: timers are late, and the monotonic clock may have stood still. */
  async function slept(): Promise<{ app: FakeApp; tab: Tab }> {
    const app = await createFakeApp()
    const tab = await app.signIn()
    app.setWallClock(app.nowMs() + 8 * hour)
    return { app, tab }
  }

  it('has a good token for whoever asks first, and one refresh for all that wakes with it', async () => {
    const { app, tab } = await slept()
    const tokens = Promise.all([tab.auth.getAccessToken(), tab.auth.getAccessToken()])
    for (const cause of ['resumed', 'visible', 'online'] as const) tab.platform.wake(cause)
    expect(new Set(await tokens).size).toBe(1)
    await app.advance(1000)
    expect(app.provider.count('/token')).toBe(2)
    expect(tab.auth.getState()).toMatchObject({ status: 'authenticated', reason: 'signed_in' })
  })

  it('may wake without a network: the session waits for it, and nobody has to click', async () => {
    const { app, tab } = await slept()
    tab.platform.setOnline(false)
    tab.platform.wake('resumed')
    expect(await rejectionOf(tab.auth.getAccessToken())).toMatchObject({ name: 'NetworkError' })
    expect([app.provider.count('/token'), tab.auth.getState().status]).toEqual([1, 'authenticated'])
    tab.platform.setOnline(true)
    tab.platform.wake('online')
    await until(() => app.provider.count('/token') === 2)
    await expect(tab.auth.getAccessToken()).resolves.toMatch(/^SENTINEL/)
    expect(app.provider.count('/token')).toBe(2)
  })
})

describe('a device whose clock is wrong (decision 8)', () => {
  const hours = [-24, -12, -1, 1, 12, 24]

  /** What the provider takes for now, however the device’s clock is set. */
  function rightTime(app: FakeApp, startMs = app.nowMs()): void {
    app.provider.now = () => startMs / 1000
  }

  it.each(hours)('by %s hours from the start signs in, refreshes and hands over', async (offset) => {
    const app = await createFakeApp()
    const left = app.open()
    const rightMs = app.nowMs()
    app.setWallClock(rightMs + offset * hour)
    await left.auth.login()
    const tab = app.load({
      href: app.provider.signIn(destinationOf(left).href),
      stored: left.platform.stored,
    })
    rightTime(app, rightMs)
    await tab.auth.handleCallback()
    expect(tab.auth.getState()).toMatchObject({ status: 'authenticated' })
    await tab.auth.getAccessToken({ forceRefresh: true })
    expect(app.provider.count('/token')).toBe(2)

    const other = app.load()
    rightTime(app, rightMs)
    expect(await decided(other)).toMatchObject({ status: 'authenticated', reason: 'restored' })
    await expect(other.auth.getAccessToken()).resolves.toBe(await tab.auth.getAccessToken())
    await other.auth.getAccessToken({ forceRefresh: true })
    expect(app.provider.count('/token')).toBe(3)
  })

  it.each(hours)(
    'by %s hours from the middle of a session on goes on, here and in the next tab',
    async (offset) => {
      const app = await createFakeApp()
      const tab = await app.signIn()
      const rightMs = app.nowMs()
      app.setWallClock(rightMs + offset * hour)
      rightTime(app, rightMs)
      for (const cause of ['visible', 'resumed'] as const) tab.platform.wake(cause)
      await expect(tab.auth.getAccessToken({ forceRefresh: true })).resolves.toMatch(/^SENTINEL/)
      const other = app.load()
      rightTime(app, rightMs)
      expect(await decided(other)).toMatchObject({ status: 'authenticated' })
      await expect(other.auth.getAccessToken()).resolves.toMatch(/^SENTINEL/)
      await app.advance(10_000)
      // A clock that is set costs a refresh or two, and no storm.
      expect(app.provider.count('/token')).toBeLessThanOrEqual(4)
      expect([tab.auth.getState().status, other.auth.getState().status]).toEqual([
        'authenticated',
        'authenticated',
      ])
    },
  )

  it.each(hours)('by %s hours while the person is at the provider still signs in', async (offset) => {
    const app = await createFakeApp()
    const left = app.open()
    await left.auth.login()
    const url = app.provider.signIn(destinationOf(left).href)
    const rightMs = app.nowMs()
    app.setWallClock(rightMs + offset * hour)
    const tab = app.load({ href: url, stored: left.platform.stored })
    rightTime(app, rightMs)
    // A sign-in is good for an hour, by the only clock that outlives a page: a clock set forward ends it, with a way on.
    if (offset > 1) {
      const error = await rejectionOf(tab.auth.handleCallback())
      expect(error).toMatchObject({ code: 'sign_in_expired', returnTo: '/' })
      await tab.auth.login({ returnTo: error.returnTo })
      expect(destinationOf(tab).pathname).toBe('/auth')
    } else {
      await tab.auth.handleCallback()
      expect(tab.auth.getState()).toMatchObject({ status: 'authenticated' })
    }
  })
})

describe('a network that is gone (pain 7)', () => {
  it('before a sign-in: a click says so, a guard waits, and goes on by itself', async () => {
    const app = await createFakeApp()
    const tab = app.load()
    tab.platform.setOnline(false)
    app.provider.onRequest = () => {
      throw new TypeError('Failed to fetch')
    }
    expect(await rejectionOf(tab.auth.login())).toMatchObject({ code: 'network_failed' })
    const guarded = app.load()
    guarded.platform.setOnline(false)
    const required = guarded.auth.requireSession()
    await settle()
    expect(guarded.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    app.provider.onRequest = () => undefined
    guarded.platform.setOnline(true)
    guarded.platform.wake('online')
    await expect(required).resolves.toMatchObject({ status: 'redirecting' })
    expect(guarded.platform.visited).toHaveLength(1)
  })

  it('in the callback: the sign-in is started again by a reload or a click, to end where it was to end', async () => {
    const app = await createFakeApp()
    const left = app.open({ href: 'https://app.example/orders' })
    await left.auth.login()
    const tab = app.load({
      href: app.provider.signIn(destinationOf(left).href),
      stored: left.platform.stored,
    })
    app.provider.onRequest = () => {
      throw new TypeError('Failed to fetch')
    }
    expect(await rejectionOf(tab.auth.handleCallback())).toMatchObject({
      code: 'network_failed',
      returnTo: '/orders',
    })
    app.provider.onRequest = () => undefined
    const again = app.reload(tab)
    expect(await rejectionOf(again.auth.handleCallback())).toMatchObject({
      code: 'sign_in_interrupted',
      returnTo: '/orders',
    })
    await again.auth.requireSession({ returnTo: '/orders' })
    expect(destinationOf(again).pathname).toBe('/auth')
  })

  it('in a refresh: the session is kept, nothing hammers the provider, and it goes on by itself', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    const state = tab.auth.getState()
    app.provider.onRequest = () => {
      throw new TypeError('Failed to fetch')
    }
    await app.advance(10 * 60_000)
    expect(tab.auth.getState()).toBe(state)
    const tries = app.provider.count('/token') - 1
    expect(tries).toBeGreaterThan(1)
    expect(tries).toBeLessThan(30)
    app.provider.onRequest = () => undefined
    tab.platform.wake('online')
    await until(() => app.provider.count('/token') === tries + 2)
    await expect(tab.auth.getAccessToken()).resolves.toMatch(/^SENTINEL/)
    expect(tab.auth.getState()).toBe(state)
  })

  it('at a sign-out: the person is signed out here, and told that the provider was not', async () => {
    const app = await createFakeApp()
    const [tab, other] = [await app.signIn(), app.load()]
    await decided(other)
    tab.platform.setOnline(false)
    await expect(tab.auth.logout()).resolves.toMatchObject({
      provider: 'local',
      isRevoked: false,
      error: { code: 'network_failed' },
    })
    await settle()
    expect(tab.auth.getState()).toMatchObject({ reason: 'signed_out' })
    expect(other.auth.getState()).toMatchObject({ reason: 'signed_out_elsewhere' })
    // And a network changes nothing about that.
    for (const { platform, auth } of [tab, other]) {
      platform.setOnline(true)
      platform.wake('online')
      await auth.requireSession()
      expect(platform.visited).toEqual([])
    }
  })
})
