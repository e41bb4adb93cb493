import { abortable } from '../abortable.ts'

/**
 * One outcome for all who ask for the same thing. Each stops waiting by their own signal; it is given up only when nobody
 * waits any more.
 *
 * @param giveUp gets the reason of whoever was the last to stop waiting
 * @returns waits for it. @throws the reason of the signal that it is given, once that is aborted
 */
export function createSharedOutcome<T>(
  outcome: Promise<T>,
  giveUp: (reason: unknown) => void,
): (signal: AbortSignal | undefined) => Promise<T> {
  let waiting = 0
  return (signal) => {
    waiting += 1
    const stopWaiting = (): void => {
      waiting -= 1
      if (waiting === 0) giveUp(signal?.reason)
    }
    signal?.addEventListener('abort', stopWaiting)
    return abortable(outcome, signal).finally(() => signal?.removeEventListener('abort', stopWaiting))
  }
}
