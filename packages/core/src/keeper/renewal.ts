import type { Clock, Page, WakeCause } from '../platform/ports.ts'

/** What renewal needs to know and do. */
export interface RenewalContext {
  readonly clock: Clock
  readonly page: Page
  /** In how many milliseconds renewal is due; undefined where there is nothing to renew. */
  dueInMs(): number | undefined
  /** Renews, and tells of failure by itself. */
  renew(): void
  /** The page is back to life: hears of it before anything is rescheduled. */
  woken(cause: WakeCause): void
}

/** Browsers keep a delay in 32 bits and fire at once where it overflows, so long waits are taken in pieces. */
const longestTimerMs = 24 * 60 * 60 * 1000

/** Renews ahead of time. */
export interface Renewal {
  /** Looks at the clock again: what is held has changed. */
  reschedule(): void
  stop(): void
}

/**
 * Renews when it is due. Only an optimisation: a timer may fire late or never, so whoever wants a token
 * still has its validity decided then. A hidden page waits until it is seen or asked.
 */
export function startRenewal({ clock, page, dueInMs, renew, woken }: RenewalContext): Renewal {
  let cancelTimer: (() => void) | undefined
  const reschedule = (): void => {
    cancelTimer?.()
    cancelTimer = undefined
    const delay = dueInMs()
    if (delay === undefined || !page.isVisible()) return
    // Rounded up: a browser cuts the fraction off, and would wake us before it is due, again and again.
    if (delay > 0) cancelTimer = clock.setTimer(Math.min(Math.ceil(delay), longestTimerMs), reschedule)
    else renew()
  }
  const stopListening = page.onWake((cause) => {
    woken(cause)
    reschedule()
  })
  reschedule()
  return {
    reschedule,
    stop() {
      stopListening()
      cancelTimer?.()
    },
  }
}
