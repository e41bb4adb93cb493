import { describe, expect, it } from 'vitest'
import {
  createKeeperScene,
  createKeptSession,
  type KeeperScene,
  type KeeperSceneOptions,
  type TokenShape,
} from '../../test/keeper-scene.ts'
import { turns } from '../../test/manual-clock.ts'
import { NetworkError, SignInRequiredError } from '../errors.ts'

const dayMs = 24 * 3_600_000
const unreachable = new NetworkError('network_failed', 'It could not be reached.')

/** A started session whose every refresh brings tokens of the same shape. */
async function createRenewedSession(
  shape: TokenShape = {},
  options?: KeeperSceneOptions,
): Promise<KeeperScene> {
  const scene = await createKeptSession(shape, options)
  scene.provider.refreshes.answer = () => scene.tokens(shape)
  scene.keeper.start()
  return scene
}

/** How many refreshes were sent. */
const sent = ({ provider }: KeeperScene): number => provider.refreshes.calls.length

describe('renewal ahead of time', () => {
  it.each([
    ['a minute before the end of a long life, at the earliest', 3600, 0, 3_540_000],
    ['three quarters of a minute before it, at the latest', 3600, 1, 3_555_000],
    ['a fifth of a short life before its end, at the earliest', 100, 0, 80_000],
    ['three quarters of that fifth before it, at the latest', 100, 1, 85_000],
  ])('is due %s', async (_what, lifetimeSeconds, fraction, dueMs) => {
    const scene = await createRenewedSession({ lifetimeSeconds }, { fraction: () => fraction })
    await scene.clock.advance(dueMs - 1)
    expect(sent(scene)).toBe(0)
    await scene.clock.advance(1)
    expect(sent(scene)).toBe(1)
  })

  it('goes on for as long as the session does', async () => {
    const scene = await createRenewedSession({ lifetimeSeconds: 300 })
    await scene.clock.advance(3_600_000)
    expect(sent(scene)).toBeGreaterThanOrEqual(12)
    expect(sent(scene)).toBeLessThanOrEqual(15)
    expect(scene.changes.every(({ type }) => type === 'refreshed')).toBe(true)
    expect(scene.clock.timerCount()).toBe(1)
  })

  it('lets nobody wait who asks afterwards', async () => {
    const scene = await createRenewedSession({ lifetimeSeconds: 300 })
    await scene.clock.advance(299_999)
    expect(await scene.keeper.getAccessToken()).toBe('access-2')
    expect(sent(scene)).toBe(1)
  })

  it('shares its refresh with those who ask meanwhile', async () => {
    const scene = await createRenewedSession({ lifetimeSeconds: 300 })
    scene.provider.refreshes.answer = undefined
    await scene.clock.advance(295_000)
    const asked = scene.keeper.getAccessToken()
    await turns()
    scene.provider.refreshes.last().resolve(scene.tokens())
    expect(await asked).toBe('access-2')
    expect(sent(scene)).toBe(1)
  })

  it.each([0, 1, 5, 29.9])(
    'leaves a token of %f seconds to those who ask: ahead of time would mean all the time',
    async (lifetimeSeconds) => {
      const scene = await createRenewedSession({ lifetimeSeconds })
      await scene.clock.advance(dayMs)
      scene.page.wake('visible')
      await turns()
      expect(sent(scene)).toBe(0)
      expect(scene.clock.delays).toEqual([])
      expect(scene.keeper.current()).toBeDefined()
    },
  )

  it('leaves a token without a lifetime alone', async () => {
    const scene = await createRenewedSession({ lifetimeSeconds: undefined })
    await scene.clock.advance(400 * dayMs)
    expect(sent(scene)).toBe(0)
    expect(scene.clock.delays).toEqual([])
  })

  it.each([
    ['25 days', 25],
    ['10 years', 3650],
  ])('renews a token of %s once, near its end, by timers that fit 32 bits', async (_what, days) => {
    const scene = await createRenewedSession({ lifetimeSeconds: days * 86_400 })
    await scene.clock.advance(days * dayMs - 60_001)
    expect(sent(scene)).toBe(0)
    await scene.clock.advance(60_000)
    expect(sent(scene)).toBe(1)
    expect(Math.max(...scene.clock.delays)).toBeLessThanOrEqual(2 ** 31 - 1)
    expect(scene.clock.delays.length).toBeLessThanOrEqual(days + 2)
  })
})

describe('renewal in a page that is not looked at', () => {
  it('waits until the page is seen', async () => {
    const scene = await createRenewedSession()
    scene.page.setVisible(false)
    await scene.clock.advance(dayMs)
    expect(sent(scene)).toBe(0)
    expect(scene.clock.timerCount()).toBe(0)
    scene.page.setVisible(true)
    scene.page.wake('visible')
    await turns()
    expect(sent(scene)).toBe(1)
    expect(await scene.keeper.getAccessToken()).toBe('access-2')
  })

  it('is not due yet when the page is seen early: a timer is set again', async () => {
    const scene = await createRenewedSession()
    scene.page.setVisible(false)
    await scene.clock.advance(100_000)
    scene.page.setVisible(true)
    scene.page.wake('visible')
    await turns()
    expect(sent(scene)).toBe(0)
    expect(scene.clock.timerCount()).toBe(1)
    await scene.clock.advance(200_000)
    expect(sent(scene)).toBe(1)
  })

  it('still serves those who ask', async () => {
    const scene = await createRenewedSession()
    scene.page.setVisible(false)
    await scene.clock.advance(dayMs)
    expect(await scene.keeper.getAccessToken()).toBe('access-2')
    expect(scene.clock.timerCount()).toBe(0)
  })

  it('looks at the clock when the page comes out of the back/forward cache', async () => {
    const scene = await createRenewedSession()
    scene.clock.moveWallClock(8 * 3_600_000)
    scene.page.wake('restored')
    await turns()
    expect(sent(scene)).toBe(1)
  })
})

describe('renewal without a network', () => {
  it('makes no request and sets no timer until the network is back', async () => {
    const scene = await createRenewedSession()
    scene.page.setOnline(false)
    await scene.clock.advance(dayMs)
    scene.page.wake('visible')
    await turns()
    expect(sent(scene)).toBe(0)
    expect(scene.changes).toEqual([])
    expect(scene.clock.timerCount()).toBe(0)
    scene.page.setOnline(true)
    scene.page.wake('online')
    await turns()
    expect(sent(scene)).toBe(1)
  })

  it('does not end a session without a refresh token before the network is back', async () => {
    const scene = await createRenewedSession({ refreshToken: null })
    scene.page.setOnline(false)
    await scene.clock.advance(dayMs)
    expect(scene.keeper.current()).toBeDefined()
    scene.page.setOnline(true)
    scene.page.wake('online')
    expect(scene.keeper.current()).toBeUndefined()
  })
})

describe('renewal of a token that nothing can renew', () => {
  it('ends the session when the token expires, and not before', async () => {
    const scene = await createRenewedSession({ refreshToken: null })
    await scene.clock.advance(299_999)
    expect(scene.changes).toEqual([])
    await scene.clock.advance(1)
    expect(scene.changes).toMatchObject([
      { type: 'ended', reason: 'session_expired', error: { code: 'session_expired' } },
    ])
    expect(scene.keeper.current()).toBeUndefined()
    expect(scene.clock.timerCount()).toBe(0)
    expect(sent(scene)).toBe(0)
  })
})

describe('a renewal that fails', () => {
  it('tells so, and is tried again when it told', async () => {
    const scene = await createRenewedSession()
    scene.provider.refreshes.answer = () => Promise.reject(unreachable)
    await scene.clock.advance(260_000)
    expect(scene.changes.length).toBeGreaterThan(0)
    expect(sent(scene)).toBe(scene.changes.length)
    const change = scene.changes.at(-1)
    const retryAt = (change?.type === 'refresh_failed' && change.retryAt) || 0
    const before = sent(scene)
    await scene.clock.advance(retryAt - scene.clock.now().epochMs - 1)
    expect(sent(scene)).toBe(before)
    scene.provider.refreshes.answer = () => scene.tokens()
    await scene.clock.advance(1)
    expect(sent(scene)).toBe(before + 1)
    expect(scene.changes.at(-1)?.type).toBe('refreshed')
  })

  it('goes on after the token has expired: the session is kept for the day the provider is back', async () => {
    const scene = await createRenewedSession()
    scene.provider.refreshes.answer = () => Promise.reject(unreachable)
    await scene.clock.advance(dayMs)
    expect(scene.keeper.current()).toBeDefined()
    scene.provider.refreshes.answer = () => scene.tokens()
    await scene.clock.advance(60_000)
    expect(await scene.keeper.getAccessToken()).toMatch(/^access-/)
    expect(scene.changes.at(-1)?.type).toBe('refreshed')
  })

  it('leaves no timer when it ends the session', async () => {
    const scene = await createRenewedSession()
    scene.provider.refreshes.answer = () => Promise.reject(new SignInRequiredError('session_ended', 'Over.'))
    await scene.clock.advance(dayMs)
    expect(sent(scene)).toBe(1)
    expect(scene.clock.timerCount()).toBe(0)
  })

  it('does not hammer: a day of failures is at most three requests a minute', async () => {
    const scene = await createRenewedSession({}, { fraction: () => 0 })
    scene.provider.refreshes.answer = () => Promise.reject(unreachable)
    await scene.clock.advance(dayMs)
    expect(sent(scene)).toBeLessThanOrEqual(24 * 60 * 3)
    expect(sent(scene)).toBeGreaterThan(24 * 60)
    expect(scene.clock.delays.length).toBeLessThanOrEqual(sent(scene) + 5)
  })
})

describe('start and stop', () => {
  it('starts nothing where nobody is signed in, and renews once somebody is', async () => {
    const scene = createKeeperScene()
    scene.provider.refreshes.answer = () => scene.tokens()
    scene.keeper.start()
    expect(scene.clock.timerCount()).toBe(0)
    await scene.signIn()
    expect(scene.clock.timerCount()).toBe(1)
    await scene.clock.advance(300_000)
    expect(sent(scene)).toBe(1)
  })

  it('renews what was held before it started', async () => {
    const scene = await createKeptSession()
    scene.provider.refreshes.answer = () => scene.tokens()
    await scene.clock.advance(dayMs)
    expect(sent(scene)).toBe(0)
    scene.keeper.start()
    await turns()
    expect(sent(scene)).toBe(1)
  })

  it('leaves no timer and no listener when it is stopped', async () => {
    const scene = await createKeptSession()
    const stop = scene.keeper.start()
    expect([scene.clock.timerCount(), scene.page.listenerCount()]).toEqual([1, 1])
    stop()
    expect([scene.clock.timerCount(), scene.page.listenerCount()]).toEqual([0, 0])
    await scene.clock.advance(dayMs)
    expect(sent(scene)).toBe(0)
    stop()
    expect([scene.clock.timerCount(), scene.page.listenerCount()]).toEqual([0, 0])
  })

  it('sets no timer when it is stopped in the middle of a refresh', async () => {
    const scene = await createKeptSession()
    const stop = scene.keeper.start()
    await scene.clock.advance(260_000)
    expect(sent(scene)).toBe(1)
    stop()
    scene.provider.refreshes.last().resolve(scene.tokens())
    await turns()
    expect(scene.keeper.current()).toBeDefined()
    expect(scene.clock.timerCount()).toBe(0)
  })

  it('can be started again', async () => {
    const scene = await createKeptSession()
    scene.provider.refreshes.answer = () => scene.tokens()
    for (let round = 0; round < 5; round++) scene.keeper.start()()
    const stop = scene.keeper.start()
    expect([scene.clock.timerCount(), scene.page.listenerCount()]).toEqual([1, 1])
    await scene.clock.advance(300_000)
    expect(sent(scene)).toBe(1)
    stop()
    expect([scene.clock.timerCount(), scene.page.listenerCount()]).toEqual([0, 0])
  })
})

describe('a day of renewals', () => {
  const oddLifetimes = [
    0, 0.5, 1, 4, 29, 30, 30.001, 31, 59, 60, 61, 299.5, 300, 3600, 86_399, 86_400, 2_160_000, 1e12,
  ]

  it.each(oddLifetimes)('is quiet with a lifetime of %f seconds', async (lifetimeSeconds) => {
    const bound = lifetimeSeconds < 30 ? 0 : Math.ceil(86_400 / (lifetimeSeconds * 0.8))
    for (const fraction of [0, 0.5, 0.999]) {
      const scene = await createRenewedSession({ lifetimeSeconds }, { fraction: () => fraction })
      await scene.clock.advance(dayMs)
      expect(sent(scene)).toBeLessThanOrEqual(bound)
      expect(scene.clock.delays.length).toBeLessThanOrEqual(bound + 2)
      expect(scene.clock.delays.every((delay) => delay > 0 && delay < 2 ** 31)).toBe(true)
    }
  })

  it.each([0, 5, 30, 60, 300, undefined])(
    'answers a call a second with a lifetime of %s seconds by at most one refresh per call, and few where the tokens live',
    async (lifetimeSeconds) => {
      const scene = await createRenewedSession({ lifetimeSeconds })
      for (let second = 0; second < 3600; second++) {
        await scene.clock.advance(1000)
        await scene.keeper.getAccessToken()
      }
      const bound = lifetimeSeconds === undefined ? 0 : 3600 / Math.max(1, lifetimeSeconds * 0.8)
      expect(sent(scene)).toBeLessThanOrEqual(Math.ceil(bound))
    },
  )

  it('does not spin when every answer is older than its own life', async () => {
    const scene = await createRenewedSession({ lifetimeSeconds: 30 })
    scene.provider.refreshes.answer = async () => {
      const late = scene.tokens({ lifetimeSeconds: 30 })
      await new Promise<void>((resolve) => void scene.clock.setTimer(40_000, resolve))
      return late
    }
    await scene.clock.advance(dayMs)
    expect(sent(scene)).toBeLessThanOrEqual(86_400 / 40)
  })
})
