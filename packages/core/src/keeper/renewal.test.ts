import { describe, expect, it } from 'vitest'
import { createFakePlatform, type FakePlatform } from '../../test/fake-platform.ts'
import { createManualClock, type ManualClock } from '../../test/manual-clock.ts'
import type { WakeCause } from '../platform/ports.ts'
import { type Renewal, startRenewal } from './renewal.ts'

const dayMs = 24 * 60 * 60 * 1000

interface Scene {
  readonly clock: ManualClock
  readonly platform: FakePlatform
  readonly renewal: Renewal
  /** When renewal is due, by the monotonic clock; undefined: never. */
  dueAt: number | undefined
  /** When it was renewed, counted from the start. */
  readonly renewedAfter: number[]
  whenWoken: (cause: WakeCause) => void
}

function createScene({
  dueInMs,
  isVisible = true,
}: {
  dueInMs: number | undefined
  isVisible?: boolean
}): Scene {
  const clock = createManualClock()
  const platform = createFakePlatform()
  platform.setVisible(isVisible)
  const { monotonicMs: startedAt } = clock.now()
  const scene = {
    clock,
    platform,
    dueAt: dueInMs === undefined ? undefined : startedAt + dueInMs,
    renewedAfter: [] as number[],
    whenWoken: (_cause: WakeCause): void => undefined,
  }
  const renewal = startRenewal({
    clock,
    page: platform.page,
    dueInMs: () => (scene.dueAt === undefined ? undefined : scene.dueAt - clock.now().monotonicMs),
    renew: () => void scene.renewedAfter.push(clock.now().monotonicMs - startedAt),
    woken: (cause) => scene.whenWoken(cause),
  })
  return Object.assign(scene, { renewal })
}

describe('startRenewal', () => {
  it('renews when it is due, and not before', async () => {
    const { clock, renewedAfter } = createScene({ dueInMs: 60_000 })
    await clock.advance(59_999)
    expect(renewedAfter).toEqual([])
    await clock.advance(1)
    expect(renewedAfter).toEqual([60_000])
  })

  it('renews at once what is due already', () => {
    expect(createScene({ dueInMs: -5 }).renewedAfter).toEqual([0])
  })

  it('renews once: the next time is for whoever renewed to say', async () => {
    const { clock, renewedAfter } = createScene({ dueInMs: 1000 })
    await clock.advance(dayMs)
    expect(renewedAfter).toEqual([1000])
    expect(clock.timerCount()).toBe(0)
  })

  it('sets no timer where there is nothing to renew', async () => {
    const { clock, renewedAfter } = createScene({ dueInMs: undefined })
    await clock.advance(dayMs)
    expect(clock.delays).toEqual([])
    expect(renewedAfter).toEqual([])
  })

  it.each([25, 365, 3650])('takes a wait of %i days in pieces that fit 32 bits', async (days) => {
    const { clock, renewedAfter } = createScene({ dueInMs: days * dayMs })
    await clock.advance(days * dayMs - 1)
    expect(renewedAfter).toEqual([])
    await clock.advance(1)
    expect(renewedAfter).toEqual([days * dayMs])
    expect(Math.max(...clock.delays)).toBeLessThanOrEqual(2 ** 31 - 1)
    expect(clock.delays).toHaveLength(days)
  })

  it('keeps one timer, however often it is rescheduled', async () => {
    const scene = createScene({ dueInMs: 60_000 })
    for (let count = 0; count < 10; count++) scene.renewal.reschedule()
    expect(scene.clock.timerCount()).toBe(1)
    await scene.clock.advance(dayMs)
    expect(scene.renewedAfter).toEqual([60_000])
  })

  it('follows what is held now', async () => {
    const scene = createScene({ dueInMs: 60_000 })
    scene.dueAt = (scene.dueAt ?? 0) + 60_000
    scene.renewal.reschedule()
    await scene.clock.advance(dayMs)
    expect(scene.renewedAfter).toEqual([120_000])

    scene.dueAt = undefined
    scene.renewal.reschedule()
    expect(scene.clock.timerCount()).toBe(0)
  })

  it('looks at the clock again when a timer fires before it is due', async () => {
    const scene = createScene({ dueInMs: 60_000 })
    scene.dueAt = (scene.dueAt ?? 0) + 5
    await scene.clock.advance(60_000)
    expect(scene.renewedAfter).toEqual([])
    await scene.clock.advance(5)
    expect(scene.renewedAfter).toEqual([60_005])
  })

  it('sets no second timer for a fraction of a millisecond, which browsers cut off', async () => {
    const { clock, renewedAfter } = createScene({ dueInMs: 60_000.4 })
    await clock.advance(dayMs)
    expect(renewedAfter).toEqual([60_001])
    expect(clock.delays).toHaveLength(1)
  })

  it('sets no timer in a hidden page, and renews when it is seen', async () => {
    const { clock, platform, renewedAfter } = createScene({ dueInMs: 60_000, isVisible: false })
    await clock.advance(dayMs)
    expect(clock.delays).toEqual([])
    platform.setVisible(true)
    platform.wake('visible')
    expect(renewedAfter).toEqual([dayMs])
  })

  it('lets a timer pass that comes due while the page is hidden', async () => {
    const { clock, platform, renewedAfter } = createScene({ dueInMs: 60_000 })
    platform.setVisible(false)
    await clock.advance(dayMs)
    expect(renewedAfter).toEqual([])
    expect(clock.timerCount()).toBe(0)
  })

  it.each(['visible', 'online', 'restored'] as const)(
    'looks at the clock when the page wakes: %s',
    (cause) => {
      const scene = createScene({ dueInMs: 60_000 })
      scene.dueAt = 0
      scene.platform.wake(cause)
      expect(scene.renewedAfter).toHaveLength(1)
      expect(scene.clock.timerCount()).toBe(0)
    },
  )

  it('tells what woke the page before it looks when renewal is due', () => {
    const scene = createScene({ dueInMs: 60_000 })
    scene.whenWoken = (cause) => {
      if (cause === 'online') scene.dueAt = 0
    }
    scene.platform.wake('visible')
    scene.platform.wake('restored')
    expect(scene.renewedAfter).toEqual([])
    scene.platform.wake('online')
    expect(scene.renewedAfter).toEqual([0])
  })

  it('leaves no timer and no listener when it is stopped', async () => {
    const { clock, platform, renewal, renewedAfter } = createScene({ dueInMs: 60_000 })
    expect(platform.listenerCount()).toBe(1)
    renewal.stop()
    expect(platform.listenerCount()).toBe(0)
    expect(clock.timerCount()).toBe(0)
    platform.wake('visible')
    await clock.advance(dayMs)
    expect(renewedAfter).toEqual([])
  })
})
