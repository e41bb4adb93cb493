import type { AuthClient } from '@latchkey/core'

/** Whole seconds until a session ends by itself, while that is near. */
export interface Countdown {
  /** The same number until it changes: undefined while the end is far away or unknown. */
  get(): number | undefined
  /** Keeps it going until the returned function is called. */
  subscribe(listener: () => void): () => void
}

/** What a countdown goes by. */
export interface CountdownClock {
  /** The device's clock, in milliseconds since the epoch. */
  now(): number
  /** @returns cancels it */
  setTimer(delayMs: number, callback: () => void): () => void
  /** Whether anybody sees the page. */
  isVisible(): boolean
  /** Tells that the page was shown, hidden, or brought back. @returns stops it */
  onTurn(listener: () => void): () => void
}

/** Timers stand still while the device sleeps, so a long one is checked on the way. */
const longestTimerMs = 30_000

/** Makes a {@link Countdown}. It has a timer only while somebody listens and the page is seen. */
export function createCountdown(
  client: Pick<AuthClient<unknown>, 'sessionEndsAt' | 'subscribe' | 'on'>,
  withinSeconds: number,
  clock: CountdownClock,
): Countdown {
  const listeners = new Set<() => void>()
  let shown: { readonly seconds: number | undefined } | undefined
  let cancelTimer: (() => void) | undefined
  let stop: (() => void) | undefined

  const msLeft = (): number => (client.sessionEndsAt() ?? Number.POSITIVE_INFINITY) - clock.now()

  function secondsLeft(): number | undefined {
    const seconds = Math.max(0, Math.ceil(msLeft() / 1000))
    return seconds <= withinSeconds ? seconds : undefined
  }

  function look(): void {
    cancelTimer?.()
    cancelTimer = undefined
    if (!clock.isVisible()) return
    const seconds = secondsLeft()
    const left = msLeft()
    if (left > 0 && left < Number.POSITIVE_INFINITY) {
      const nextMs = ((seconds ?? withinSeconds + 1) - 1) * 1000
      cancelTimer = clock.setTimer(Math.min(Math.max(1, left - nextMs), longestTimerMs), look)
    }
    if (shown?.seconds === seconds) return
    shown = { seconds }
    for (const listener of [...listeners]) listener()
  }

  function start(): () => void {
    const stops = [
      client.subscribe(look),
      client.on('refreshed', look),
      client.on('extended', look),
      clock.onTurn(look),
    ]
    look()
    return () => {
      cancelTimer?.()
      cancelTimer = undefined
      for (const stopOne of stops) stopOne()
    }
  }

  return {
    get() {
      shown ??= { seconds: secondsLeft() }
      return shown.seconds
    },
    subscribe(listener) {
      listeners.add(listener)
      stop ??= start()
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        stop?.()
        stop = undefined
      }
    },
  }
}

/** The browser's own. */
export const browserCountdownClock: CountdownClock = {
  now: () => Date.now(),
  setTimer(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
  isVisible: () => document.visibilityState === 'visible',
  onTurn(listener) {
    document.addEventListener('visibilitychange', listener)
    addEventListener('pageshow', listener)
    return () => {
      document.removeEventListener('visibilitychange', listener)
      removeEventListener('pageshow', listener)
    }
  },
}
