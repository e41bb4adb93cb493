import { describe, expect, it } from 'vitest'
import { createKeptSession } from '../../test/keeper-scene.ts'
import { turns } from '../../test/manual-clock.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

describe('lifetimes', () => {
  it('refreshes a token without a lifetime only when it is forced to: it is used until an API refuses it (RFC 6749 §5.1)', async () => {
    const scene = await createKeptSession({ lifetimeSeconds: undefined })
    await scene.clock.advance(400 * dayMs)
    expect(await scene.keeper.getAccessToken({ minValiditySeconds: 300 })).toBe('access-1')
    const asked = scene.keeper.getAccessToken({ forceRefresh: true })
    await turns()
    scene.provider.refreshes.last().resolve(scene.tokens())
    expect(await asked).toBe('access-2')
  })

  it('gives out a token that is born expired, after one refresh per call', async () => {
    const scene = await createKeptSession({ lifetimeSeconds: 0 })
    scene.provider.refreshes.answer = () => scene.tokens({ lifetimeSeconds: 0 })
    for (let count = 1; count <= 5; count++) {
      await scene.clock.advance(1)
      expect(await scene.keeper.getAccessToken()).toBe(`access-${count + 1}`)
    }
    expect(scene.provider.refreshes.calls).toHaveLength(5)
    expect(scene.keeper.current()).toBeDefined()
  })

  it('refreshes a token of 5 seconds at most every 4', async () => {
    const scene = await createKeptSession({ lifetimeSeconds: 5 })
    scene.provider.refreshes.answer = () => scene.tokens({ lifetimeSeconds: 5 })
    for (let ms = 0; ms < 60_000; ms += 100) {
      await scene.clock.advance(100)
      await scene.keeper.getAccessToken()
    }
    expect(scene.provider.refreshes.calls.length).toBeLessThanOrEqual(15)
    expect(scene.provider.refreshes.calls.length).toBeGreaterThanOrEqual(12)
  })

  it.each([25, 3650])('gives out a token of %i days until 10 seconds before its end', async (days) => {
    const { keeper, provider, clock } = await createKeptSession({ lifetimeSeconds: days * 86_400 })
    await clock.advance(days * dayMs - 10_000)
    expect(await keeper.getAccessToken()).toBe('access-1')
    await clock.advance(1)
    void keeper.getAccessToken()
    await turns()
    expect(provider.refreshes.calls).toHaveLength(1)
  })
})

describe('clocks', () => {
  it.each([24, -24])(
    'survives a device clock that jumps by %i hours, with at most one refresh',
    async (hours) => {
      const scene = await createKeptSession()
      scene.provider.refreshes.answer = () => scene.tokens()
      scene.clock.moveWallClock(hours * hourMs)
      for (let count = 0; count < 50; count++) {
        await scene.clock.advance(1000)
        expect(await scene.keeper.getAccessToken()).toMatch(/^access-/)
      }
      expect(scene.provider.refreshes.calls.length).toBeLessThanOrEqual(1)
      expect(scene.changes.filter(({ type }) => type !== 'refreshed')).toEqual([])
      expect(scene.keeper.current()).toBeDefined()
    },
  )

  it('is not fooled into a longer life by a device clock that is set back', async () => {
    const { keeper, provider, clock } = await createKeptSession()
    clock.moveWallClock(-dayMs)
    await clock.advance(300_000)
    void keeper.getAccessToken()
    await turns()
    expect(provider.refreshes.calls).toHaveLength(1)
  })

  it('refreshes at the next ask after a sleep that stopped the monotonic clock', async () => {
    const scene = await createKeptSession()
    scene.clock.moveWallClock(8 * hourMs)
    const asked = scene.keeper.getAccessToken()
    await turns()
    scene.provider.refreshes.last().resolve(scene.tokens())
    expect(await asked).toBe('access-2')
  })

  it.each([
    ['the wall clock jumps back and forth', (step: number) => (step % 2 ? -dayMs : dayMs)],
    ['the wall clock runs backwards', () => -hourMs],
    ['the wall clock runs away', () => hourMs],
  ])('refreshes at most once per ask while %s', async (_what, jumpMs) => {
    const scene = await createKeptSession()
    scene.provider.refreshes.answer = () => scene.tokens()
    scene.keeper.start()
    for (let step = 0; step < 100; step++) {
      scene.clock.moveWallClock(jumpMs(step))
      expect(await scene.keeper.getAccessToken()).toMatch(/^access-/)
    }
    expect(scene.provider.refreshes.calls.length).toBeLessThanOrEqual(100)
    expect(scene.changes.every(({ type }) => type === 'refreshed')).toBe(true)
  })
})
