import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createFakeCountdownClock, type FakeCountdownClock } from '../test/fake-countdown-clock.ts'
import { browserCountdownClock, type Countdown, createCountdown } from './countdown.ts'

type Kind = 'refreshed' | 'extended' | 'state'

/** A session that ends, as far as a countdown asks. */
function createSession(endsAt: number | undefined): {
  client: Parameters<typeof createCountdown>[0]
  /** The session goes on for longer, or it is over; listeners hear of it in this way. */
  change(endsAt: number | undefined, how: Kind): void
  listenerCount(): number
} {
  const listeners: Record<Kind, Set<() => void>> = {
    refreshed: new Set(),
    extended: new Set(),
    state: new Set(),
  }
  const listen = (kind: Kind, listener: () => void): (() => void) => {
    listeners[kind].add(listener)
    return () => void listeners[kind].delete(listener)
  }
  return {
    client: {
      sessionEndsAt: () => endsAt,
      subscribe: (listener) => listen('state', listener),
      on: (name, listener) => listen(name as Kind, listener as () => void),
    },
    change(next, how) {
      endsAt = next
      for (const listener of [...listeners[how]]) listener()
    },
    listenerCount: () => Object.values(listeners).reduce((sum, { size }) => sum + size, 0),
  }
}

const second = 1000

/** A countdown from 10 s before the end, and every number that somebody who listens was shown. */
function watch(
  clock: FakeCountdownClock,
  session: ReturnType<typeof createSession>,
): { countdown: Countdown; seen: (number | undefined)[]; stop: () => void } {
  const countdown = createCountdown(session.client, 10, clock)
  const seen: (number | undefined)[] = [countdown.get()]
  return { countdown, seen, stop: countdown.subscribe(() => seen.push(countdown.get())) }
}

describe('a countdown to the end of a session', () => {
  it('tells each whole second once inside the window, and nothing before it', () => {
    const clock = createFakeCountdownClock()
    const { seen } = watch(clock, createSession(clock.now() + 600 * second))
    clock.advance(590 * second - 1)
    expect(seen).toEqual([undefined])
    clock.advance(1)
    expect(seen).toEqual([undefined, 10])
    clock.advance(20 * second)
    expect(seen).toEqual([undefined, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    expect(clock.timerCount()).toBe(0)
  })

  it('wakes up once for each whole second, and no more at the end', () => {
    const clock = createFakeCountdownClock()
    const delays: number[] = []
    const noted: FakeCountdownClock = {
      ...clock,
      setTimer(delayMs, callback) {
        delays.push(delayMs)
        return clock.setTimer(delayMs, callback)
      },
    }
    watch(noted, createSession(clock.now() + 3 * second))
    clock.advance(10 * second)
    expect(delays).toEqual([second, second, second])
  })

  it.each([
    ['far away for a timer', 3600 * 24 * 60],
    ['a fraction of a second away', 0.5],
  ])('comes to 0 at the end when that is %s', (_, seconds) => {
    const clock = createFakeCountdownClock()
    const { countdown } = watch(clock, createSession(clock.now() + seconds * second))
    clock.advance(seconds * second - 1)
    expect(countdown.get()).toBe(1)
    clock.advance(1)
    expect(countdown.get()).toBe(0)
  })

  it('is undefined, without a timer, where no end is known', () => {
    const clock = createFakeCountdownClock()
    const { countdown } = watch(clock, createSession(undefined))
    expect([countdown.get(), clock.timerCount()]).toEqual([undefined, 0])
  })

  it.each(['refreshed', 'extended', 'state'] as const)(
    'hears (%s) that the session goes on or is over',
    (how) => {
      const clock = createFakeCountdownClock()
      const session = createSession(clock.now() + 5 * second)
      const { seen } = watch(clock, session)
      session.change(clock.now() + 600 * second, how)
      clock.advance(100 * second)
      session.change(clock.now() + 3 * second, how)
      session.change(undefined, how)
      expect(seen).toEqual([5, undefined, 3, undefined])
      expect(clock.timerCount()).toBe(0)
    },
  )

  it('stands still while nobody sees the page, and goes on with what is left', () => {
    const clock = createFakeCountdownClock()
    const { seen } = watch(clock, createSession(clock.now() + 9 * second))
    clock.setVisible(false)
    expect(clock.timerCount()).toBe(0)
    clock.advance(4 * second)
    expect(seen).toEqual([9])
    clock.setVisible(true)
    clock.advance(second)
    expect(seen).toEqual([9, 5, 4])
  })

  it('is right within half a minute after a sleep that no event told of', () => {
    const clock = createFakeCountdownClock()
    const { seen } = watch(clock, createSession(clock.now() + 8 * 3600 * second))
    clock.sleep(8 * 3600 * second - 35 * second)
    clock.advance(30 * second)
    expect(seen).toEqual([undefined, 5])
  })

  it('is at 0 after a sleep beyond the end, and not below', () => {
    const clock = createFakeCountdownClock()
    const { seen } = watch(clock, createSession(clock.now() + 5 * second))
    clock.sleep(3600 * second)
    clock.advance(second)
    expect(seen).toEqual([5, 0])
  })

  it('listens and has a timer only while somebody listens to it', () => {
    const clock = createFakeCountdownClock()
    const session = createSession(clock.now() + 5 * second)
    const { countdown, stop } = watch(clock, session)
    const stopOther = countdown.subscribe(() => undefined)
    stop()
    expect([clock.timerCount(), clock.listenerCount(), session.listenerCount()]).toEqual([1, 1, 3])
    stopOther()
    expect([clock.timerCount(), clock.listenerCount(), session.listenerCount()]).toEqual([0, 0, 0])
    expect(stopOther).not.toThrow()
  })

  it('tells whoever listens before they have asked', () => {
    const clock = createFakeCountdownClock()
    const countdown = createCountdown(createSession(clock.now() + 5 * second).client, 10, clock)
    const seen: unknown[] = []
    countdown.subscribe(() => seen.push(countdown.get()))
    clock.advance(second)
    expect(seen).toEqual([5, 4])
  })

  it('gives the same number until it tells of another, however late it is asked', () => {
    const clock = createFakeCountdownClock()
    const countdown = createCountdown(createSession(clock.now() + 5 * second).client, 10, clock)
    expect(countdown.get()).toBe(5)
    clock.advance(2 * second)
    expect(countdown.get()).toBe(5)
    countdown.subscribe(() => undefined)
    expect(countdown.get()).toBe(3)
  })
})

describe('the browser’s clock', () => {
  it('fires a timer once it is due, and not one that was cancelled', async () => {
    const fired: string[] = []
    await new Promise<void>((resolve) => {
      browserCountdownClock.setTimer(1, () => fired.push('cancelled'))()
      browserCountdownClock.setTimer(1, () => fired.push('due'))
      browserCountdownClock.setTimer(2, resolve)
    })
    expect(fired).toEqual(['due'])
  })

  it.each([
    ['visible', true],
    ['hidden', false],
  ] as const)('says of a page that is %s whether anybody sees it: %s', (visibilityState, isSeen) => {
    const spy = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(visibilityState)
    onTestFinished(() => spy.mockRestore())
    expect(browserCountdownClock.isVisible()).toBe(isSeen)
  })

  it.each<[string, () => EventTarget]>([
    ['visibilitychange', () => document],
    ['pageshow', () => window],
  ])('tells of %s until it is stopped', (name, target) => {
    let turns = 0
    const stop = browserCountdownClock.onTurn(() => {
      turns += 1
    })
    target().dispatchEvent(new Event(name))
    stop()
    target().dispatchEvent(new Event(name))
    expect(turns).toBe(1)
  })
})
