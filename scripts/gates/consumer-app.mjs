import { mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../root.mjs'
import { run } from '../run.mjs'

/** What an app installs beside the packages, by the workspace that has it. */
const dependencies = {
  'packages/core': ['axios', 'oauth4webapi'],
  'packages/react': ['react', 'react-dom', '@types/react', '@types/react-dom'],
}

/**
 * The folder of an app that has the packed packages installed, as a registry would give them.
 *
 * @param {string} folder the temporary folder of the run
 */
export function consumerApp(folder) {
  return join(folder, 'consumer')
}

/**
 * Installs a packed package into the app.
 *
 * @param {string} app
 * @param {string} name
 * @param {string} tarball
 * @returns the folder it is in
 * @throws Error when the tarball cannot be read
 */
export async function installTarball(app, name, tarball) {
  const installed = join(app, 'node_modules', name)
  mkdirSync(installed, { recursive: true })
  const { code, output } = await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'])
  if (code !== 0) throw new Error(output)
  return installed
}

/**
 * Installs what the packages depend on, from the workspaces and so without a network.
 *
 * @param {string} app
 * @param {Readonly<Record<string, readonly string[]>>} [wanted] by the workspace that has them
 */
export function linkDependencies(app, wanted = dependencies) {
  for (const [workspace, names] of Object.entries(wanted)) {
    for (const name of names) {
      const link = join(app, 'node_modules', name)
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(join(root, workspace, 'node_modules', name), link, 'junction')
    }
  }
}
