import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../root.mjs'
import { runTool } from '../run.mjs'
import { sources, workspaces } from '../workspaces.mjs'
import { allSucceeded, verdict } from './gate.mjs'

/** @type {import('./gate.mjs').Gate} */
export const build = {
  name: 'build',
  about: 'the packages into their dist folders (tsdown)',
  async run({ signal }) {
    const packages = workspaces('packages')
    const builds = packages.map((workspace) =>
      runTool('tsdown', ['--fail-on-warn'], { cwd: join(root, workspace), signal }),
    )
    const built = allSucceeded(await Promise.all(builds))
    const lost = packages.flatMap(lostDirectives)
    return built.failed || lost.length === 0 ? built : verdict(false, lost.join('\n'))
  },
}

/**
 * The built files that have lost the `'use client'` of their source: a React server would run them itself.
 *
 * @param {string} workspace
 */
function lostDirectives(workspace) {
  const startsWithDirective = (/** @type {string} */ file) =>
    /^['"]use client['"]/.test(readFileSync(join(root, workspace, file), 'utf8'))
  return sources(workspace)
    .filter((file) => startsWithDirective(`src/${file}`))
    .map((file) => `dist/${file.replace(/\.tsx?$/, '.js')}`)
    .filter((file) => existsSync(join(root, workspace, file)) && !startsWithDirective(file))
    .map((file) => `${workspace}/${file} has lost its 'use client'`)
}
