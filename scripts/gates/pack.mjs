import { join } from 'node:path'
import { readJson, root } from '../root.mjs'
import { run } from '../run.mjs'
import { workspaces } from '../workspaces.mjs'
import { consumerApp, installTarball, linkDependencies } from './consumer-app.mjs'
import { allSucceeded } from './gate.mjs'

/** @type {import('./gate.mjs').Gate} */
export const pack = {
  name: 'pack',
  about: 'the packages into tarballs, and these into an app, as a registry would give them',
  needs: ['build'],
  async run({ folder, signal }) {
    const app = consumerApp(folder)
    const packages = workspaces('packages')
    const runs = await Promise.all(packages.map((workspace) => packWorkspace(workspace, folder, signal)))
    const packed = allSucceeded(runs)
    if (packed.failed > 0) return packed

    for (const workspace of packages) {
      const { name } = readJson(`${workspace}/package.json`)
      await installTarball(app, name, tarballOf(workspace, folder))
    }
    linkDependencies(app)
    return packed
  },
}

/**
 * Where the tarball of a package is after the gate.
 *
 * @param {string} workspace
 * @param {string} folder the temporary folder of the run
 */
export function tarballOf(workspace, folder) {
  const { name, version } = readJson(`${workspace}/package.json`)
  return join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)
}

/**
 * @param {string} workspace
 * @param {string} folder
 * @param {AbortSignal} signal
 */
function packWorkspace(workspace, folder, signal) {
  const pnpm = join(root, 'node_modules/pnpm/bin/pnpm.mjs')
  return run(process.execPath, [pnpm, 'pack', '--pack-destination', folder], {
    cwd: join(root, workspace),
    signal,
  })
}
