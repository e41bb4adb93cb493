/** @typedef {import('./gate.mjs').Result} Result */

/**
 * The result of the engines that are here, and of those that are not: each is skipped, or has failed where every
 * engine is required.
 *
 * @param {Result} result
 * @param {readonly { title: string, advice: string }[]} missing
 * @param {{ requireEngines?: boolean | undefined }} options
 * @returns {Result}
 */
export function withMissingEngines(result, missing, { requireEngines }) {
  const lines = missing.map(({ title, advice }) => `the journeys in ${title}, which is not here. ${advice}`)
  return requireEngines
    ? {
        ...result,
        failed: result.failed + missing.length,
        output: [result.output, ...lines.map((line) => `Required: ${line}`)].join('\n'),
      }
    : { ...result, skipped: [...(result.skipped ?? []), ...lines] }
}
