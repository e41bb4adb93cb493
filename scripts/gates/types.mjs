import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../root.mjs'
import { runTool } from '../run.mjs'
import { workspaces } from '../workspaces.mjs'
import { allSucceeded } from './gate.mjs'

/** @type {import('./gate.mjs').Gate} */
export const types = {
  name: 'types',
  about: 'every workspace and the scripts, and @latchkey/react by the types of React 18 too (TypeScript)',
  async run({ signal }) {
    const projects = [
      ...workspaces('packages'),
      ...workspaces('apps'),
      ...workspaces('examples'),
      'matrix/react-18',
      'bench',
      'scripts',
    ]
    const checks = projects.map((project) =>
      existsSync(join(root, project, 'tsconfig.json'))
        ? runTool('typescript', ['-p', project], { signal })
        : { code: 1, output: `${project} has no tsconfig.json\n` },
    )
    return allSucceeded(await Promise.all(checks), `${projects.length} projects`)
  },
}
