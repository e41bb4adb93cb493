import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'

/**
 * The folders below `packages`, `apps` or `examples` that have a manifest, as paths from the root.
 *
 * @param {'packages' | 'apps' | 'examples'} parent
 */
export function workspaces(parent) {
  return readdirSync(join(root, parent))
    .map((name) => `${parent}/${name}`)
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .sort()
}

/**
 * The source files of a workspace that are no tests, as paths from its `src`.
 *
 * @param {string} workspace
 */
export function sources(workspace) {
  const folder = join(root, workspace, 'src')
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test(-d)?\./.test(file))
    .map((file) => file.replaceAll('\\', '/'))
}
