import { runTool } from '../run.mjs'
import { workspaces } from '../workspaces.mjs'
import { allSucceeded } from './gate.mjs'
import { tarballOf } from './pack.mjs'

/** @type {import('./gate.mjs').Gate} */
export const attw = {
  name: 'attw',
  about: 'the packed types resolve as the code does (Are The Types Wrong)',
  needs: ['pack'],
  async run({ folder, signal }) {
    const checks = workspaces('packages').map((workspace) =>
      runTool(
        '@arethetypeswrong/cli',
        ['--profile=esm-only', '--format=table', '--no-emoji', tarballOf(workspace, folder)],
        { signal },
      ),
    )
    return allSucceeded(await Promise.all(checks))
  },
}
