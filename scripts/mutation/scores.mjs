/**
 * What became of a part's mutants.
 *
 * @typedef {object} Score
 * @property {number} killed
 * @property {number} timeout a test waited for ever, or code ran for ever, which is noticed too
 * @property {number} survived
 * @property {number} noCoverage no test comes by
 */

/**
 * Counts results. Mutants that do not compile or run are none of the four.
 *
 * @param {readonly { status: string }[]} results
 * @returns {Score}
 */
export function scoreOf(results) {
  /** @param {string} wanted */
  const count = (wanted) => results.filter(({ status }) => status === wanted).length
  return {
    killed: count('Killed'),
    timeout: count('Timeout'),
    survived: count('Survived'),
    noCoverage: count('NoCoverage'),
  }
}

/**
 * A table, a line for each part.
 *
 * @param {readonly (Score & { name: string, atLeast: number })[]} scores
 */
export function describeScores(scores) {
  const rows = scores.map(({ name, atLeast, killed, timeout, survived, noCoverage }) => {
    const mutants = killed + timeout + survived + noCoverage
    const score = mutants === 0 ? 0 : (100 * (killed + timeout)) / mutants
    return [name, mutants, killed, timeout, survived, noCoverage, `${score.toFixed(1)} %`, `${atLeast} %`]
  })
  const head = ['part', 'mutants', 'killed', 'timeout', 'survived', 'not covered', 'score', 'at least']
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => String(row[column]).length)),
  )
  return [head, ...rows]
    .map((row) => row.map((cell, column) => String(cell).padStart(widths[column] ?? 0)).join('  '))
    .join('\n')
}
