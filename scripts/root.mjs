import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Reads a JSON file of the repository.
 *
 * @param {string} path relative to the root
 */
export function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}
