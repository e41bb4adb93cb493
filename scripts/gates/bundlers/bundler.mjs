/**
 * What is to be bundled.
 *
 * @typedef {object} Source
 * @property {string} input the file
 * @property {readonly string[]} external packages that are left to the app, with all their entries
 * @property {boolean} isWeighed whether it is to be minified too
 */

/**
 * What a bundler makes of a file for a browser in production.
 *
 * @typedef {Omit<import('./chunk.mjs').Chunk, 'bytes'> & { code: string }} BuiltChunk
 */

/**
 * A bundler as most apps have it set up.
 *
 * @typedef {(source: Source) => Promise<BuiltChunk[]>} Bundler
 */

/**
 * Matches the packages that are left to the app.
 *
 * @param {readonly string[]} packages
 */
export function matchPackages(packages) {
  return new RegExp(`^(${packages.join('|')})(/|$)`)
}
