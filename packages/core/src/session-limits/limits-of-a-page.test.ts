import { describe, expect, it } from 'vitest'
import { createFakeBrowser, type FakeBrowser } from '../../test/fake-browser.ts'
import { createFakePlatform, type FakePlatform } from '../../test/fake-platform.ts'
import type { LimitReason, LimitSettings } from './limit-settings.ts'
import { createSessionLimits, type SessionLimits } from './session-limits.ts'

/** Longer than what is written and looked at by the second, and no longer: time goes by in the steps of the timers. */
const span = 10_000
const idle: LimitSettings = { idleMs: 10 * span, totalMs: undefined, isAtProvider: false }
const total: LimitSettings = { idleMs: undefined, totalMs: 60 * span, isAtProvider: false }
const both: LimitSettings = { ...total, idleMs: 10 * span }

interface LimitedPage {
  readonly limits: SessionLimits
  readonly platform: FakePlatform
  /** Why the session was ended, each time that it was. */
  readonly ended: LimitReason[]
  readonly extensions: () => number
  readonly now: () => number
  /** Which sign-in it is that tabs know of. */
  setEpoch(epoch: number): void
  setSignedIn(isSignedIn: boolean): void
}

function open(limits: LimitSettings, browser: FakeBrowser = createFakeBrowser()): LimitedPage {
  const platform = createFakePlatform({ browser })
  const listeners = new Set<() => void>()
  const ended: LimitReason[] = []
  let epoch = 1
  let isSignedIn = true
  let extensions = 0
  return {
    platform,
    ended,
    extensions: () => extensions,
    now: () => platform.clock.now().epochMs,
    setEpoch(next) {
      epoch = next
    },
    setSignedIn(next) {
      isSignedIn = next
      for (const listener of listeners) listener()
    },
    limits: createSessionLimits({
      limits,
      platform,
      key: 'limits',
      record: { read: () => ({ epoch, status: 'signed_in', refreshes: 0, rotation: 0 }) },
      isSignedIn: () => isSignedIn,
      onStateChanged(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      end: (reason) => void ended.push(reason),
      extended: () => {
        extensions += 1
      },
    }),
  }
}

describe('the end of a session', () => {
  it.each<[string, LimitSettings, number]>([
    ['after so long of nothing', idle, 10 * span],
    ['after so long', total, 60 * span],
    ['by whichever limit is reached first', both, 10 * span],
  ])('is %s', (_what, settings, ms) => {
    const { limits, now } = open(settings)
    expect(limits.endsAt()).toBeUndefined()
    limits.begin()
    expect((limits.endsAt() ?? 0) - now()).toBe(ms)
  })

  it.each<[LimitSettings, LimitReason, RegExp]>([
    [idle, 'idle_timeout', /"idleTimeoutSeconds".*login\(\)/],
    [total, 'session_limit', /"sessionLimitSeconds".*login\(\)/],
  ])('comes to the millisecond, and says why: %j', (settings, code, message) => {
    const { limits, platform, ended, now } = open(settings)
    limits.begin()
    const endsAt = limits.endsAt() ?? 0
    platform.setWallClock(endsAt - 1)
    expect([limits.endIfOver(), limits.assertAlive(), ended]).toEqual([undefined, undefined, []])
    platform.setWallClock(endsAt)
    expect(now()).toBe(endsAt)
    expect([limits.endIfOver(), ended]).toEqual([code, [code]])
    expect(limits.assertAlive).toThrow(expect.objectContaining({ name: 'SignInRequiredError', code }))
    expect(limits.assertAlive).toThrow(message)
  })

  it('is by the limit that was reached first, however late that is noticed', () => {
    const { limits, platform, now } = open({ ...both, idleMs: 70 * span })
    limits.begin()
    platform.setWallClock(now() + 80 * span)
    expect(limits.endIfOver()).toBe('session_limit')
  })

  it('is nothing to somebody whose sign-in nobody has noted', () => {
    const { limits, platform, ended, setEpoch, now } = open(both)
    limits.begin()
    setEpoch(2)
    platform.setWallClock(now() + 80 * span)
    expect([limits.endsAt(), limits.endIfOver(), ended]).toEqual([undefined, undefined, []])
  })

  it('is put off by no clock that is set back', () => {
    const { limits, platform, now } = open(total)
    limits.begin()
    platform.setWallClock(now() - 24 * 60 * span)
    expect((limits.endsAt() ?? 0) - now()).toBe(60 * span)
  })
})

describe('a session that is found again', () => {
  it('goes on with the time that it has, in what may be another sign-in to the provider', () => {
    const { limits, platform, setEpoch, now } = open(total)
    limits.begin()
    const endsAt = limits.endsAt()
    platform.setWallClock(now() + 30 * span)
    limits.goOn()
    expect(limits.endsAt()).toBe(endsAt)
    setEpoch(2)
    limits.goOn()
    expect(limits.endsAt()).toBe(endsAt)
  })

  it('is over, and does not begin anew, where it is the same sign-in and its time is up', () => {
    const { limits, platform, now } = open(total)
    limits.begin()
    platform.setWallClock(now() + 61 * span)
    limits.goOn()
    expect(limits.endIfOver()).toBe('session_limit')
  })

  it.each([
    ['where the time of the one before was up', true],
    ['where nothing is known of one before', false],
  ])('begins anew %s', (_where, hasBefore) => {
    const { limits, platform, setEpoch, now, ended } = open(total)
    if (hasBefore) limits.begin()
    platform.setWallClock(now() + 61 * span)
    setEpoch(2)
    limits.goOn()
    expect((limits.endsAt() ?? 0) - now()).toBe(60 * span)
    expect(ended).toEqual([])
  })
})

describe('a session that another tab has just ended', () => {
  it.each<[LimitSettings, LimitReason]>([
    [idle, 'idle_timeout'],
    [total, 'session_limit'],
  ])('is over for its time, where that was up or is about to be: %j', (settings, reason) => {
    const { limits, platform } = open(settings)
    expect(limits.endedBecause()).toBeUndefined()
    limits.begin()
    const endsAt = limits.endsAt() ?? 0
    platform.setWallClock(endsAt - span)
    expect(limits.endedBecause()).toBeUndefined()
    // The timers of two tabs do not agree to the second.
    platform.setWallClock(endsAt - 1000)
    expect(limits.endedBecause()).toBe(reason)
    platform.setWallClock(endsAt + 1000)
    expect(limits.endedBecause()).toBe(reason)
  })

  it('is not over for that where somebody has just done something here, though it is not stored yet', async () => {
    const { limits, platform } = open(idle)
    limits.begin()
    const stop = limits.start()
    await platform.advance(9 * span)
    platform.act()
    await platform.advance(100)
    // Soon after: that is stored a little later.
    await platform.advance(1000)
    platform.act()
    const [record] = [JSON.parse(platform.shared.get('limits') ?? '[]') as number[]]
    platform.setWallClock((record[2] ?? 0) + 10 * span - 3000)
    expect(limits.endedBecause()).toBeUndefined()
    stop()
  })
})

describe('extendSession()', () => {
  it('is to do something, and is told', () => {
    const { limits, platform, extensions, now } = open(idle)
    limits.begin()
    platform.setWallClock(now() + 9 * span)
    limits.extend()
    expect([(limits.endsAt() ?? 0) - now(), extensions()]).toEqual([10 * span, 1])
  })

  it.each<[string, (page: LimitedPage) => void]>([
    ['nobody is signed in', ({ setSignedIn }) => setSignedIn(false)],
    ['the time is up', ({ platform, now }) => platform.setWallClock(now() + 11 * span)],
  ])('is nothing where %s', (_where, arrange) => {
    const page = open(idle)
    page.limits.begin()
    const stored = page.platform.shared.get('limits')
    arrange(page)
    page.limits.extend()
    expect([page.extensions(), page.platform.shared.get('limits')]).toEqual([0, stored])
  })
})

describe('a page that is started', () => {
  it('runs nothing while nobody is signed in, and nothing once it is stopped', () => {
    const { limits, platform, setSignedIn } = open(both)
    setSignedIn(false)
    const stop = limits.start()
    expect([platform.timerCount(), platform.listenerCount()]).toEqual([0, 0])
    setSignedIn(true)
    expect([platform.timerCount(), platform.listenerCount()]).toEqual([1, 3])
    setSignedIn(false)
    expect([platform.timerCount(), platform.listenerCount()]).toEqual([0, 0])
    setSignedIn(true)
    stop()
    expect([platform.timerCount(), platform.listenerCount()]).toEqual([0, 0])
  })

  it('ends the session in time by itself, once, and looks no more', async () => {
    const { limits, platform, ended } = open(idle)
    limits.begin()
    limits.start()
    await platform.advance(10 * span - 1)
    expect(ended).toEqual([])
    await platform.advance(1)
    expect([ended, platform.timerCount()]).toEqual([['idle_timeout'], 0])
  })

  it('lets one that is seen be the first to end it', async () => {
    const { limits, platform, ended } = open(idle)
    limits.begin()
    platform.setVisible(false)
    limits.start()
    await platform.advance(10 * span + 1000)
    expect(ended).toEqual([])
    await platform.advance(1000)
    expect(ended).toEqual(['idle_timeout'])
  })

  it.each<[string, (page: LimitedPage) => void]>([
    ['wakes', ({ platform }) => platform.wake('resumed')],
    ['is touched', ({ platform }) => platform.act()],
  ])('notices as soon as it %s that the time is up, which is no activity', (_what, happen) => {
    const page = open(idle)
    page.limits.begin()
    page.limits.start()
    page.platform.setWallClock(page.now() + 60 * span)
    happen(page)
    expect(page.ended).toEqual(['idle_timeout'])
  })

  it('notes what was done before it falls asleep, and within seconds otherwise', async () => {
    const { limits, platform, now } = open(idle)
    limits.begin()
    limits.start()
    const noted = (): number => (JSON.parse(platform.shared.get('limits') ?? '[]') as number[])[2] ?? 0
    await platform.advance(1000)
    platform.act()
    const first = now()
    expect(noted()).toBeLessThan(first)
    await platform.advance(5000)
    expect(noted()).toBe(first)
    await platform.advance(1000)
    platform.act()
    platform.fallAsleep('hidden')
    expect(noted()).toBe(now())
  })

  it('tells the other tabs at once of what is done after a while of nothing', async () => {
    const { limits, platform, now } = open(idle)
    limits.begin()
    limits.start()
    await platform.advance(span)
    platform.act()
    expect((JSON.parse(platform.shared.get('limits') ?? '[]') as number[])[2]).toBe(now())
  })

  it('takes over what another tab has noted, and writes nothing of its own while nothing is done', async () => {
    const browser = createFakeBrowser()
    const [page, other] = [open(idle, browser), open(idle, browser)]
    page.limits.begin()
    page.limits.start()
    await page.platform.advance(span)
    await other.platform.advance(span)
    other.limits.extend()
    const noted = browser.storage.get('limits')
    await page.platform.advance(9 * span)
    expect([page.ended, browser.storage.get('limits')]).toEqual([[], noted])
    await page.platform.advance(span)
    expect(page.ended).toEqual(['idle_timeout'])
  })

  it('counts from when it first saw a session of which nobody has noted anything, some seconds later', async () => {
    const { limits, platform, now, ended } = open(total)
    limits.start()
    await platform.advance(4000)
    expect(limits.endsAt()).toBeUndefined()
    await platform.advance(6000)
    expect((limits.endsAt() ?? 0) - now()).toBeGreaterThan(59 * span)
    await platform.advance(60 * span)
    expect(ended).toEqual(['session_limit'])
  })

  it('leaves that to whoever has signed in, where they are only slow to note it, however often it wakes', async () => {
    const browser = createFakeBrowser()
    const [page, other] = [open(total, browser), open(total, browser)]
    page.limits.begin()
    page.limits.start()
    // It has known of a session for long, and now somebody has signed in once more.
    await page.platform.advance(20_000)
    for (const each of [page, other]) each.setEpoch(2)
    for (let second = 0; second < 4; second++) {
      page.platform.wake('visible')
      await page.platform.advance(1000)
    }
    expect(page.limits.endsAt()).toBeUndefined()
    other.platform.setWallClock(page.now() - 3000)
    other.limits.begin()
    const noted = browser.storage.get('limits')
    await page.platform.advance(20_000)
    expect(browser.storage.get('limits')).toBe(noted)
  })

  it('writes nothing while nothing is done: the other tabs would be told of it each time', async () => {
    const { limits, platform } = open(idle)
    limits.begin()
    limits.start()
    let writes = 0
    const { set } = platform.shared
    platform.shared.set = (key, value) => {
      writes += 1
      set(key, value)
    }
    await platform.advance(5 * span)
    platform.fallAsleep('hidden')
    expect(writes).toBe(0)
    platform.act()
    expect(writes).toBe(1)
  })
})
