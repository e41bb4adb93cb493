import { type AnyAuthError, isAuthError, NetworkError } from '../errors.ts'
import type { Clock } from '../platform/ports.ts'
import type { Rung, RungName, RungResult, SkipReason } from './rung.ts'

/** What was tried to get the session back, in order, and what came of it. Holds no secret. */
export interface RungReport {
  readonly rung: RungName
  readonly outcome: RungResult['outcome']
  /** Why it was skipped, or the code of the error it failed with. */
  readonly why?: SkipReason | AnyAuthError['code'] | undefined
  /** How long it took, in milliseconds. */
  readonly tookMs: number
}

/** How the climb ended. */
export type Climb = Exclude<RungResult, { outcome: 'skipped' | 'timeout' }>

/**
 * Climbs the rungs in order and stops at the first that answers. A failure on the way is what the climb ends with
 * where no later rung answers: then nothing is known, and a later climb may find more.
 *
 * @param report Hears of every rung as it ends.
 */
export async function climbLadder(
  rungs: readonly Rung[],
  clock: Clock,
  report: (rung: RungReport) => void,
): Promise<Climb> {
  let failure: Climb | undefined
  for (const rung of rungs) {
    const startedAt = clock.now().monotonicMs
    const result = await climbInTime(rung, clock)
    const { outcome } = result
    report({
      rung: rung.name,
      outcome,
      tookMs: Math.round(clock.now().monotonicMs - startedAt),
      ...(result.outcome === 'skipped' && { why: result.why }),
      ...(result.outcome === 'failed' && { why: result.error.code }),
    })
    if (result.outcome === 'failed') failure = result
    else if (result.outcome === 'timeout') failure = { outcome: 'failed', error: tookTooLong() }
    else if (result.outcome !== 'nothing' && result.outcome !== 'skipped') return result
  }
  return failure ?? { outcome: 'nothing' }
}

async function climbInTime({ climb, patienceMs }: Rung, clock: Clock): Promise<RungResult> {
  const stop = new AbortController()
  let cancel = (): void => undefined
  const timeout = new Promise<RungResult>((resolve) => {
    cancel = clock.setTimer(patienceMs, () => {
      stop.abort()
      resolve({ outcome: 'timeout' })
    })
  })
  try {
    return await Promise.race([climb(stop.signal), timeout])
  } catch (error) {
    if (!isAuthError(error)) throw error
    return { outcome: 'failed', error }
  } finally {
    cancel()
  }
}

function tookTooLong(): NetworkError {
  return new NetworkError(
    'timeout',
    'Looking for the session took too long. It is looked for again later; or call login().',
  )
}
