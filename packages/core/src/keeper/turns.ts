import { NetworkError } from '../errors.ts'
import type { Platform } from '../platform/ports.ts'
import { startDeadline } from '../protocol/deadline.ts'

/** What tabs take turns with. */
export interface TurnsContext {
  readonly platform: Pick<Platform, 'clock' | 'locks'>
  readonly instanceId: string
  /** How long another tab may hold the lock, in milliseconds. */
  readonly lockTimeoutMs: number
  /** Whether other tabs may have the tokens of this sign-in too. */
  isShared(epoch: number): boolean
}

/** Work that only one tab does at a time. */
export interface Turns {
  /**
   * Runs while no other tab does the same for this sign-in, and tells whether one just did: its news may still be on
   * the way. `isMoot`: its turn is no longer to be waited for.
   *
   * @throws {NetworkError} `timeout`: another tab does not come to an end
   * @throws the signal's reason
   */
  exclusively(
    epoch: number,
    isMoot: AbortSignal,
    work: (isAfterAnother: boolean) => Promise<void>,
  ): Promise<void>
}

/** The time in which this tab has the lock, and what it does in it. */
interface Turn {
  readonly epoch: number
  work: Promise<void>
}

/**
 * How much longer than its work a tab keeps the lock. News and locks travel apart: whoever wants the lock meanwhile
 * has to wait for it, and so knows that there are news to wait for.
 */
const lingerMs = 100

/** Makes {@link Turns}. Asks for no lock yet. */
export function createTurns({ platform, instanceId, lockTimeoutMs, isShared }: TurnsContext): Turns {
  const { clock, locks } = platform
  let turn: Turn | undefined

  /** Ends the turn in the very moment in which there is nothing more to do: what comes later needs another. */
  async function untilIdle(mine: Turn): Promise<void> {
    for (;;) {
      const { work } = mine
      await work.catch(() => undefined) // told to whoever wanted it
      if (isShared(mine.epoch)) {
        await new Promise<void>((resolve) => clock.setTimer(lingerMs, resolve))
      }
      if (mine.work !== work) continue
      if (turn === mine) turn = undefined
      return
    }
  }

  return {
    exclusively(epoch, isMoot, work) {
      const join = (mine: Turn): Promise<void> => {
        mine.work = mine.work.catch(() => undefined).then(() => work(false))
        return mine.work
      }
      // While this tab has the lock, it may do more; where there are no locks, it takes turns with itself alone.
      if (turn?.epoch === epoch) return join(turn)
      const hasOthers = isShared(epoch)
      const waiting = new AbortController()
      const giveUp = (): void => waiting.abort(isMoot.reason)
      isMoot.addEventListener('abort', giveUp)
      const cancelTimer = hasOthers
        ? startDeadline(clock, lockTimeoutMs, () => waiting.abort(lockTimeout()))
        : () => undefined
      const stopWaiting = (): void => {
        cancelTimer()
        isMoot.removeEventListener('abort', giveUp)
      }
      return new Promise<void>((resolve, reject) => {
        const inTurn = async (hasWaited: boolean): Promise<void> => {
          stopWaiting()
          // Where a lock is refused (site data is blocked), those who asked at once are all let in.
          if (turn?.epoch === epoch) return join(turn).then(resolve, reject)
          const mine = { epoch, work: work(hasWaited && hasOthers) }
          turn = mine
          mine.work.then(resolve, reject)
          await untilIdle(mine)
        }
        locks.run(`latchkey.${instanceId}.refresh.${epoch}`, waiting.signal, inTurn).catch(reject)
      }).finally(stopWaiting)
    },
  }
}

/** What whoever waits is told where another tab does not come to an end. */
export function lockTimeout(): NetworkError {
  return new NetworkError(
    'timeout',
    'Another tab of this app has been renewing the session for too long. The session is kept; try again later.',
  )
}
