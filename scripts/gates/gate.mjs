/**
 * What a gate found. A gate that is no test suite passes or fails as one.
 *
 * @typedef {object} Result
 * @property {number} passed
 * @property {number} failed
 * @property {readonly string[]} [skipped] the names of what did not run
 * @property {string} [note] a few words for the gate's line
 * @property {string} [output] shown in full when something failed
 */

/**
 * What a gate is given.
 *
 * @typedef {object} Context
 * @property {string} folder an empty temporary folder, shared by the gates of one run and removed after it
 * @property {AbortSignal} signal aborted when the run is to end early
 * @property {boolean} [requireEngines] a browser engine that is not installed is a failure
 * @property {boolean} [full] what takes long is run too
 * @property {boolean} [update] what is compared with a list is written to the list
 */

/**
 * One check of the repository.
 *
 * @typedef {object} Gate
 * @property {string} name
 * @property {string} about what it checks, for `--help`
 * @property {readonly string[]} [needs] the gates whose work this one uses
 * @property {(context: Context) => Promise<Result>} run
 */

/**
 * The result of a gate that passes or fails as one.
 *
 * @param {boolean} isFine
 * @param {string} output
 * @param {string} [note]
 * @returns {Result}
 */
export function verdict(isFine, output, note = '') {
  return { passed: isFine ? 1 : 0, failed: isFine ? 0 : 1, output, note }
}

/**
 * The result of several programs that must all have ended well.
 *
 * @param {readonly { code: number, output: string }[]} runs
 * @param {string} [note]
 */
export function allSucceeded(runs, note) {
  const bad = runs.filter(({ code }) => code !== 0)
  return verdict(bad.length === 0, bad.map(({ output }) => output).join('\n'), note)
}
