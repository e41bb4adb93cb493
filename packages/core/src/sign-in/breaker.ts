import type { Clock, KeyValueStore, Navigation } from '../platform/ports.ts'

/** Keeps a page and a provider from sending the person back and forth for ever. Survives page loads. */
export interface Breaker {
  /** Asks for one more navigation that nobody clicked for, and counts it where it is allowed. */
  allow(): boolean
  /** The last one that was counted did not take place. */
  takeBack(): void
  /** The person acted. */
  reset(): void
}

const mostAutomaticNavigations = 2
/** Whoever comes back after this long is not caught in a loop. */
const memoryMs = 5 * 60 * 1000

/**
 * At most two automatic navigations per user gesture. A reload, a click or a key in this page is one; a step
 * back is not, or whoever turns back at the provider would be sent there again and again. Without storage
 * nothing could be counted, so nothing is allowed.
 */
export function createBreaker(
  { clock, session, navigation }: { clock: Clock; session: KeyValueStore; navigation: Navigation },
  key: string,
): Breaker {
  let isDriven = false

  function count(): number {
    const [navigations, at] = (session.get(key) ?? '').split('@').map(Number)
    const isRecent = at !== undefined && clock.now().epochMs - at < memoryMs
    return isRecent && navigations !== undefined && navigations > 0 ? navigations : 0
  }

  function note(navigations: number): boolean {
    try {
      session.set(key, `${navigations}@${clock.now().epochMs}`)
      return true
    } catch {
      return false
    }
  }

  return {
    allow() {
      if (navigation.isUserDriven() && !isDriven) {
        // One gesture is worth two navigations, not two for each time it is asked about.
        isDriven = true
        session.remove(key)
      }
      const next = count() + 1
      return next <= mostAutomaticNavigations && note(next)
    },
    takeBack() {
      note(count() - 1)
    },
    reset() {
      session.remove(key)
    },
  }
}
