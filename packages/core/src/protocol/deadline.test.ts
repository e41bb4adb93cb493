import { describe, expect, it } from 'vitest'
import { createFakePlatform, type FakePlatform } from '../../test/fake-platform.ts'
import { startDeadline } from './deadline.ts'

/** A deadline of 10 s, and how often it has passed. */
function createScene(): { platform: FakePlatform; passed: () => number; cancel: () => void } {
  const platform = createFakePlatform()
  let passed = 0
  const cancel = startDeadline(platform.clock, 10_000, () => {
    passed += 1
  })
  return { platform, passed: () => passed, cancel }
}

describe('a deadline', () => {
  it('passes when its time is over, once', async () => {
    const { platform, passed } = createScene()
    await platform.advance(9_999)
    expect(passed()).toBe(0)
    await platform.advance(1)
    expect(passed()).toBe(1)
    await platform.advance(60_000)
    expect(passed()).toBe(1)
  })

  it.each([
    ['as long as it was late', 10_030, 30],
    ['a second where it was very late', 86_400_000, 1000],
  ])('waits %s for what a frozen page finds when it wakes up', async (_, frozenMs, graceMs) => {
    const { platform, passed } = createScene()
    platform.freezeFor(frozenMs)
    await platform.advance(graceMs - 1)
    expect(passed()).toBe(0)
    await platform.advance(1)
    expect(passed()).toBe(1)
  })

  it('passes at last where every timer is late', async () => {
    const { platform, passed } = createScene()
    platform.freezeFor(60_000)
    await platform.advance(0)
    platform.freezeFor(60_000)
    await platform.advance(0)
    expect(passed()).toBe(1)
  })

  it.each([
    ['before', 0],
    ['in the time that it waits longer', 60_000],
  ])('does not pass where it was called off %s', async (_, frozenMs) => {
    const { platform, passed, cancel } = createScene()
    platform.freezeFor(frozenMs)
    await platform.advance(0)
    cancel()
    await platform.advance(60_000)
    expect(passed()).toBe(0)
    expect(platform.timerCount()).toBe(0)
  })
})
