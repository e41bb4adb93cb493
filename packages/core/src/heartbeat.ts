import { NetworkError } from './errors.ts'
import type { Clock } from './platform/ports.ts'

/** Watches whether somebody is there who, when they crash, do not say so. */
export interface Heartbeat {
  /** False once they are given up. */
  isAlive(): boolean
  /**
   * Minds them for as long as something is expected of them.
   *
   * @param lost hears, at most once, that they are given up
   * @returns nothing is expected any more
   */
  mind(lost: (error: NetworkError) => void): () => void
  /** They have said something. */
  heard(): void
  /** Gives them up. */
  end(): void
}

/** While something is expected they are asked this often, and given up at the third silence. */
const heartbeatMs = 2000

/**
 * Makes a {@link Heartbeat}. Asks nothing yet.
 *
 * @param ping asks whether they are there
 * @param close what they say after all must not be heard any more
 */
export function createHeartbeat(setTimer: Clock['setTimer'], ping: () => void, close: () => void): Heartbeat {
  const minders = new Set<(error: NetworkError) => void>()
  let silences = 0
  let isAlive = true
  let isBeating = false

  function beat(): void {
    isBeating = minders.size > 0
    if (!isBeating) return
    setTimer(heartbeatMs, () => {
      silences += 1
      if (silences > 2) end()
      else if (minders.size > 0) ping()
      beat()
    })
  }

  function end(): void {
    isAlive = false
    close()
    for (const lost of minders) lost(linkLost())
    minders.clear()
  }

  return {
    end,
    isAlive: () => isAlive,
    heard() {
      silences = 0
    },
    mind(lost) {
      if (!isAlive) lost(linkLost())
      else {
        if (minders.size === 0) silences = 0
        minders.add(lost)
        if (!isBeating) beat()
      }
      return () => minders.delete(lost)
    },
  }
}

function linkLost(): NetworkError {
  return new NetworkError('vault_lost', 'The worker that keeps the session does not answer. Try again.')
}
