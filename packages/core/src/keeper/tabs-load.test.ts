import { describe, expect, it } from 'vitest'
import { createWorld, type World } from '../../test/simulation/world.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** Tabs that are all seen, and in one session whose tokens live five minutes. */
async function createTabs(count: number, seed = 1): Promise<World> {
  const world = createWorld(seed, {
    lifetimeSeconds: 300,
    rotates: true,
    givesRefreshTokens: true,
    isLossy: false,
    hasLender: false,
    storageMs: 30,
  })
  for (let index = 0; index < count; index++) world.open().setVisible(true)
  world.tabs[0]?.signIn('alice')
  await world.advance(10_000)
  expect(world.tabs.map((tab) => tab.family()?.number)).toEqual(world.tabs.map(() => 1))
  return world
}

describe('many tabs at once', () => {
  it('send one request when all of them need another token', async () => {
    const world = await createTabs(6)
    for (const tab of world.tabs) tab.ask({ forceRefresh: true })
    await world.advance(30_000)
    expect(world.provider.tokenRequests).toHaveLength(1)
    expect(world.tabs.flatMap(({ calls }) => calls).every(({ settledMs }) => settledMs)).toBe(true)
    expect(world.violations).toEqual([])
  })

  it('renew once per lifetime together, not each', async () => {
    const world = await createTabs(20)
    await world.advance(hourMs)
    const lifetimes = hourMs / (240 * 1000)
    expect(world.provider.tokenRequests.length).toBeGreaterThan(lifetimes * 0.8)
    expect(world.provider.tokenRequests.length).toBeLessThan(lifetimes * 1.2)
    expect(world.violations).toEqual([])
  })

  it('are signed out within a second of one sign-out, and send nothing for it', async () => {
    const world = await createTabs(8)
    world.tabs[3]?.signOut()
    await world.advance(1000)
    expect(world.tabs.filter((tab) => tab.family())).toEqual([])
    expect(world.provider.tokenRequests).toEqual([])
    expect(world.violations).toEqual([])
  })

  it.each(['down', 'busy'] as const)('do not storm a provider that is %s for an hour', async (mood) => {
    const world = await createTabs(20)
    world.provider.weather.mood = mood
    await world.advance(hourMs)
    expect(world.provider.tokenRequests.length).toBeGreaterThan(20)
    expect(world.provider.tokenRequests.length).toBeLessThan(150)
    for (let minute = 5; minute < 60; minute++) {
      const inMinute = world.provider.tokenRequests.filter((atMs) => Math.floor(atMs / minuteMs) === minute)
      expect(inMinute.length).toBeLessThan(10)
    }
    expect(world.tabs.every((tab) => tab.family())).toBe(true)
  })

  it('do not storm a network that is gone without a word, though every tab asks all the time', async () => {
    const world = await createTabs(20)
    world.setOnline(false, false)
    for (let second = 0; second < 3600; second += 10) {
      for (const tab of world.tabs) tab.ask({})
      await world.advance(10_000)
    }
    expect(world.provider.tokenRequests.length).toBeLessThan(150)
    expect(world.tabs.every((tab) => tab.family())).toBe(true)
  })

  it('send nothing while the browser says that it is offline, and one request when it is back', async () => {
    const world = await createTabs(20)
    world.setOnline(false, true)
    await world.advance(hourMs)
    expect(world.provider.tokenRequests).toEqual([])
    world.setOnline(true, true)
    await world.advance(minuteMs)
    expect(world.provider.tokenRequests).toHaveLength(1)
    expect(world.violations).toEqual([])
  })
})
