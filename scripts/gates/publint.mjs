import { runTool } from '../run.mjs'
import { workspaces } from '../workspaces.mjs'
import { allSucceeded } from './gate.mjs'
import { tarballOf } from './pack.mjs'

/** @type {import('./gate.mjs').Gate} */
export const publint = {
  name: 'publint',
  about: 'the packed manifests lead to files that fit (publint)',
  needs: ['pack'],
  async run({ folder, signal }) {
    const checks = workspaces('packages').map((workspace) =>
      runTool('publint', ['run', '--strict', tarballOf(workspace, folder)], { signal }),
    )
    return allSucceeded(await Promise.all(checks))
  },
}
