import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../root.mjs'

/**
 * The environment that has tests leave out what takes long, or has them leave out nothing.
 *
 * @param {{ full?: boolean | undefined }} options
 */
export function quickEnv({ full }) {
  return { LATCHKEY_QUICK: full ? '' : 'yes' }
}

/**
 * The journeys of a folder that only a full run goes through, for whoever reads what was skipped.
 *
 * @param {string} folder
 * @param {{ full?: boolean | undefined }} options
 */
export function leftOutJourneys(folder, { full }) {
  if (full) return []
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.long.spec.ts'))
    .map((name) => `${folder}/${name}: npm test -- --full`)
}
