/** What only a full run has, for whoever reads what was skipped. */
export const leftToFullRuns =
  'what takes long: most of the simulated and of the fuzzed cases, and journeys (`*.long.spec.ts`): npm test -- --full'

/**
 * The environment that makes tests leave that out.
 *
 * @param {{ full?: boolean | undefined }} options
 * @returns {Record<string, string>}
 */
export function lengthOf({ full }) {
  return full ? {} : { LATCHKEY_QUICK: 'yes' }
}
