import type { Result } from '../measure/all.ts'
import type { Measure } from './measures.ts'

/** Figures this much apart are taken for equal: two runs of one app differ by as much. */
const tolerance = 1.05

/** The least of all figures. Undefined where nobody has one. */
function best(measure: Measure, results: readonly Result[]): number | undefined {
  const values = results.map(measure.of).filter((value) => value !== undefined)
  return values.length === 0 ? undefined : Math.min(...values)
}

export function isFirst(measure: Measure, result: Result, results: readonly Result[]): boolean {
  const value = measure.of(result)
  const least = best(measure, results)
  return value !== undefined && least !== undefined && value <= least * tolerance
}

/** A place that Latchkey is not first in. */
export interface Defeat {
  readonly measure: Measure
  /** Latchkey's better keeper, and all who are ahead of it, the first one first. */
  readonly latchkey: Result
  readonly ahead: readonly Result[]
}

/** Undefined where one of Latchkey's keepers is first, or shares the first place. */
export function defeat(measure: Measure, results: readonly Result[]): Defeat | undefined {
  const ranked = results
    .filter((result) => measure.of(result) !== undefined)
    .sort((a, b) => Number(measure.of(a)) - Number(measure.of(b)))
  const latchkey = ranked.find(({ isLatchkey }) => isLatchkey)
  if (!latchkey || isFirst(measure, latchkey, results)) return undefined
  return { measure, latchkey, ahead: ranked.slice(0, ranked.indexOf(latchkey)) }
}
