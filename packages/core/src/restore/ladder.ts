import { type AnyAuthError, isAuthError, NetworkError } from '../errors.ts'
import type { Clock } from '../platform/ports.ts'
import type { Rung, RungName, RungResult, SkipReason } from './rung.ts'

/** What was tried to get the session back, in order, and what came of it. Holds no secret. */
export interface RungReport {
  readonly rung: RungName
  readonly outcome: RungResult['outcome']
  /** Why it was skipped, or the code of the error it failed with. */
  readonly why?: SkipReason | AnyAuthError['code'] | undefined
  /** The page of the app's that did not answer in time: see that it is there, and registered at the provider. */
  readonly unanswered?: string | undefined
  /** How long it took, in milliseconds. Undefined where it began on a page that is gone. */
  readonly tookMs: number | undefined
}

/** How the climb ended. */
export type Climb = Exclude<RungResult, { outcome: 'skipped' | 'timeout' }>

/** What climbing works with. */
export interface LadderContext {
  readonly clock: Clock
  /** Whether the session is still wanted. Asked before every rung. */
  isWanted(): boolean
  /** Hears of every rung as it is climbed. */
  began(rung: Rung): void
  /** Hears of every rung as it ends, and before that of one that is not waited for. */
  report(rung: RungReport): void
  /** Hears of a session that was found after its rung's time was over. */
  foundLate(result: RungResult & { outcome: 'restored' }): void
}

/**
 * Climbs the rungs in order and stops at the first that answers. A failure on the way is what the climb ends with
 * where no later rung answers: then nothing is known, and a later climb may find more. One that will most likely find
 * nothing is not waited for before the next: what it finds after all counts for more than anything but a session.
 */
export async function climbLadder(rungs: readonly Rung[], context: LadderContext): Promise<Climb> {
  const { clock, isWanted, began, report } = context
  let failure: Climb | undefined
  /** The rung before, which has not ended. */
  let beside: Promise<Climb | undefined> | undefined
  let isOver = false

  async function climbOne(rung: Rung, isUnlikely = false): Promise<Climb | undefined> {
    began(rung)
    if (isUnlikely) report({ rung: rung.name, outcome: 'nothing', tookMs: 0 })
    const startedAt = clock.now().monotonicMs
    const result = await climbInTime(rung, context, beside)
    const { outcome } = result
    // What it finds by then is what the other has found.
    if (isOver) return undefined
    const unanswered = outcome === 'timeout' ? rung.awaited : undefined
    report({
      rung: rung.name,
      outcome,
      tookMs: Math.round(clock.now().monotonicMs - startedAt),
      ...(result.outcome === 'skipped' && { why: result.why }),
      ...(result.outcome === 'failed' && { why: result.error.code }),
      ...(unanswered && { unanswered }),
    })
    if (result.outcome === 'timeout') failure = { outcome: 'failed', error: tookTooLong(unanswered) }
    else if (result.outcome === 'failed') {
      failure = result
      // There is somebody, whom the app cannot be shown: every other rung would find the same person.
      if (result.error.code === 'claims_rejected') return result
    } else if (result.outcome !== 'nothing' && result.outcome !== 'skipped') return result
    return undefined
  }

  for (const rung of rungs) {
    if (!isWanted()) break
    if (!beside && rung.isUnlikely?.()) {
      beside = climbOne(rung, true)
      continue
    }
    const end = await climbOne(rung)
    if (end?.outcome === 'restored') {
      isOver = true
      return end
    }
    const found = (await beside) ?? end
    if (found) return found
    beside = undefined
  }
  return (await beside) ?? failure ?? { outcome: 'nothing' }
}

async function climbInTime(
  { climb, patienceMs }: Rung,
  { clock, foundLate }: LadderContext,
  beside: Promise<Climb | undefined> | undefined,
): Promise<RungResult> {
  const stop = new AbortController()
  const climbing = climb(stop.signal)
  let cancel = (): void => undefined
  const timeout = new Promise<RungResult>((resolve) => {
    cancel = clock.setTimer(patienceMs, () => {
      resolve({ outcome: 'timeout' })
      stop.abort()
      climbing.then(
        (result) => result.outcome === 'restored' && foundLate(result),
        () => undefined, // its time was over, and that was told
      )
    })
  })
  void beside?.then((found) => found && stop.abort())
  try {
    return await Promise.race([climbing, timeout])
  } catch (error) {
    if (stop.signal.aborted) return { outcome: 'nothing' }
    if (!isAuthError(error)) throw error
    return { outcome: 'failed', error }
  } finally {
    cancel()
  }
}

function tookTooLong(unanswered: string | undefined): NetworkError {
  const why = unanswered
    ? `: nothing came from ${unanswered} in a hidden frame. See that this page is served, holds ` +
      `nothing but import '@latchkey/core/silent-callback', and is registered at the provider as a redirect URI; ` +
      'a provider that shows a page there, or lets nobody frame it, looks the same'
    : ''
  return new NetworkError(
    'timeout',
    `Looking for the session took too long${why}. It is looked for again later; or call login().`,
  )
}
