import { describe, expect, it } from 'vitest'
import { createKeptSession } from '../../test/keeper-scene.ts'
import { turns } from '../../test/manual-clock.ts'
import { NetworkError } from '../errors.ts'

const unreachable = new NetworkError('network_failed', 'It could not be reached.')

describe('the backoff of refreshes', () => {
  it('makes no request while it blocks, and gives every caller the error that blocks', async () => {
    const { keeper, provider, clock, changes } = await createKeptSession()
    provider.refreshes.answer = () => Promise.reject(unreachable)
    await clock.advance(300_000)
    await expect(keeper.getAccessToken()).rejects.toBe(unreachable)
    for (let count = 0; count < 20; count++) await expect(keeper.getAccessToken()).rejects.toBe(unreachable)
    await expect(keeper.getAccessToken({ forceRefresh: true })).rejects.toBe(unreachable)
    expect(provider.refreshes.calls).toHaveLength(1)
    expect(changes).toHaveLength(1)
  })

  it('tries again at the moment it told', async () => {
    const scene = await createKeptSession()
    scene.provider.refreshes.answer = () => Promise.reject(unreachable)
    await scene.clock.advance(300_000)
    await expect(scene.keeper.getAccessToken()).rejects.toBe(unreachable)
    const [change] = scene.changes
    const retryAt = (change?.type === 'refresh_failed' && change.retryAt) || 0
    await scene.clock.advance(retryAt - scene.clock.now().epochMs - 1)
    await expect(scene.keeper.getAccessToken()).rejects.toBe(unreachable)
    expect(scene.provider.refreshes.calls).toHaveLength(1)

    scene.provider.refreshes.answer = () => scene.tokens()
    await scene.clock.advance(1)
    expect(await scene.keeper.getAccessToken()).toBe('access-2')
  })

  it('does not grow by calls that it blocked', async () => {
    const scene = await createKeptSession()
    scene.provider.refreshes.answer = () => Promise.reject(unreachable)
    await scene.clock.advance(300_000)
    for (let count = 0; count < 100; count++) await scene.keeper.getAccessToken().catch(() => undefined)
    await scene.clock.advance(1000)
    await scene.keeper.getAccessToken().catch(() => undefined)
    expect(scene.provider.refreshes.calls).toHaveLength(2)
  })

  it('grows with every failure and is gone after a success', async () => {
    const scene = await createKeptSession({}, { fraction: () => 0 })
    const failOnce = async (): Promise<number> => {
      scene.provider.refreshes.answer = () => Promise.reject(unreachable)
      await scene.keeper.getAccessToken({ forceRefresh: true }).catch(() => undefined)
      const change = scene.changes.at(-1)
      return (
        (change?.type === 'refresh_failed' && change.retryAt ? change.retryAt : 0) - scene.clock.now().epochMs
      )
    }
    expect(await failOnce()).toBe(500)
    await scene.clock.advance(500)
    expect(await failOnce()).toBe(1000)
    await scene.clock.advance(1000)
    scene.provider.refreshes.answer = () => scene.tokens()
    await scene.keeper.getAccessToken({ forceRefresh: true })
    expect(await failOnce()).toBe(500)
  })

  it('waits as long as Retry-After says', async () => {
    const { keeper, provider, clock } = await createKeptSession()
    const busy = new NetworkError('server_unavailable', 'Later.', { status: 429, retryAfterSeconds: 120 })
    provider.refreshes.answer = () => Promise.reject(busy)
    await clock.advance(300_000)
    await expect(keeper.getAccessToken()).rejects.toBe(busy)
    await clock.advance(120_000)
    await expect(keeper.getAccessToken()).rejects.toBe(busy)
    expect(provider.refreshes.calls).toHaveLength(1)
    await clock.advance(1000)
    await expect(keeper.getAccessToken()).rejects.toBe(busy)
    expect(provider.refreshes.calls).toHaveLength(2)
  })

  it('makes no request offline, and learns nothing from that', async () => {
    const scene = await createKeptSession()
    scene.page.setOnline(false)
    await scene.clock.advance(300_000)
    for (let count = 0; count < 10; count++) {
      await expect(scene.keeper.getAccessToken()).rejects.toMatchObject({ code: 'network_failed' })
    }
    expect(scene.provider.refreshes.calls).toHaveLength(0)
    expect(
      scene.changes.every((change) => change.type === 'refresh_failed' && change.retryAt === undefined),
    ).toBe(true)

    // Nobody started the keeper, so no event told it: the next ask finds out.
    scene.page.setOnline(true)
    scene.provider.refreshes.answer = () => scene.tokens()
    expect(await scene.keeper.getAccessToken()).toBe('access-2')
  })

  it('does not block after a failure in which the browser went offline', async () => {
    const scene = await createKeptSession()
    await scene.clock.advance(300_000)
    const asked = scene.keeper.getAccessToken()
    await turns()
    scene.page.setOnline(false)
    scene.provider.refreshes.last().reject(unreachable)
    await expect(asked).rejects.toBe(unreachable)
    expect(scene.changes).toEqual([{ type: 'refresh_failed', error: unreachable, retryAt: undefined }])
    scene.page.setOnline(true)
    scene.provider.refreshes.answer = () => scene.tokens()
    expect(await scene.keeper.getAccessToken()).toBe('access-2')
  })

  it('is gone when the network is back, and the refresh is made at once', async () => {
    const scene = await createKeptSession()
    scene.keeper.start()
    scene.provider.refreshes.answer = () => Promise.reject(unreachable)
    await scene.clock.advance(300_000)
    const { length } = scene.provider.refreshes.calls
    scene.provider.refreshes.answer = () => scene.tokens()
    scene.page.wake('online')
    await turns()
    expect(scene.provider.refreshes.calls).toHaveLength(length + 1)
    expect(await scene.keeper.getAccessToken()).toBe('access-2')
  })

  it('does not outlive its session', async () => {
    const scene = await createKeptSession()
    scene.provider.refreshes.answer = () => Promise.reject(unreachable)
    await scene.keeper.getAccessToken({ forceRefresh: true }).catch(() => undefined)
    await scene.signIn(scene.tokens())
    scene.provider.refreshes.answer = () => scene.tokens()
    expect(await scene.keeper.getAccessToken({ forceRefresh: true })).toBe('access-3')
  })

  it('sends a refresh token once per call, and again only when the wait is over', async () => {
    const { keeper, provider, clock } = await createKeptSession()
    const sentAt: number[] = []
    provider.refreshes.answer = () => {
      sentAt.push(clock.now().monotonicMs)
      return Promise.reject(new NetworkError('timeout', 'It did not answer.'))
    }
    await clock.advance(300_000)
    for (let ms = 0; ms < 60_000; ms += 50) {
      await keeper.getAccessToken().catch(() => undefined)
      await clock.advance(50)
    }
    const gaps = sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0))
    expect(gaps.slice(0, 5)).toEqual([750, 1500, 3000, 6000, 12_000])
    expect(new Set(provider.refreshes.calls.map(({ request }) => request.refreshToken))).toEqual(
      new Set(['refresh-1']),
    )
  })
})
