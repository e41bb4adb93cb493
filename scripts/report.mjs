/** @typedef {import('./gates/gate.mjs').Result} Result */

/**
 * The line of one gate, followed by its whole output when something failed.
 *
 * @param {string} name
 * @param {Result} result
 * @param {number} elapsedMs
 */
export function describeResult(name, { passed, failed, note, output }, elapsedMs) {
  const isSuite = passed + failed > 1
  const details = [isSuite && `${passed} passed, ${failed} failed`, note].filter(Boolean).join(', ')
  const seconds = `${(elapsedMs / 1000).toFixed(1)} s`
  const line = `${failed === 0 ? '✓' : '✗'} ${name.padEnd(10)} ${seconds.padStart(7)}  ${details}`.trimEnd()
  return failed === 0 || !output ? line : `${line}\n\n${output.trim().replace(/^/gm, '    ')}\n`
}

/**
 * What was skipped, by name, and the totals alone on the last line.
 *
 * @param {readonly Result[]} results
 */
export function describeTotals(results) {
  const skipped = results.flatMap((result) => result.skipped ?? [])
  const total = (/** @type {'passed' | 'failed'} */ key) =>
    results.reduce((sum, result) => sum + result[key], 0)
  return [
    '',
    ...(skipped.length > 0
      ? [`Skipped (${skipped.length}):`, ...skipped.map((name) => `  ${name}`), '']
      : []),
    `${total('passed')} passed, ${total('failed')} failed`,
  ].join('\n')
}
