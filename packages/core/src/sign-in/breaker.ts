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
/** An app may reload by a script, which looks like a person's reload: what is taken for a gesture has an end too. */
const mostGestures = 10
/** Whoever comes back after this long is not caught in a loop. */
const memoryMs = 5 * 60 * 1000

/**
 * At most two automatic navigations per user gesture. A reload, a click or a key in this page is one, ten times in a
 * row; a step back is not, or whoever turns back at the provider would be sent there again and again. Without
 * storage nothing could be counted, so nothing is allowed.
 */
export function createBreaker(
  { clock, session, navigation }: { clock: Clock; session: KeyValueStore; navigation: Navigation },
  key: string,
): Breaker {
  let isDriven = false

  function read(): { navigations: number; gestures: number } {
    const [navigations = 0, at = 0, gestures = 0] = (session.get(key) ?? '').split('@').map(Number)
    const isRecent = clock.now().epochMs - at < memoryMs
    return isRecent && navigations >= 0
      ? { navigations, gestures: gestures || 0 }
      : { navigations: 0, gestures: 0 }
  }

  function note(navigations: number, gestures: number): boolean {
    try {
      session.set(key, `${navigations}@${clock.now().epochMs}@${gestures}`)
      return true
    } catch {
      return false
    }
  }

  return {
    allow() {
      let { navigations, gestures } = read()
      if (navigation.isUserDriven() && !isDriven) {
        // One gesture is worth two navigations, not two for each time it is asked about.
        isDriven = true
        if (gestures < mostGestures) {
          navigations = 0
          gestures += 1
        }
      }
      return navigations < mostAutomaticNavigations && note(navigations + 1, gestures)
    },
    takeBack() {
      const { navigations, gestures } = read()
      note(navigations - 1, gestures)
    },
    reset() {
      session.remove(key)
    },
  }
}
