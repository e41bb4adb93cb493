import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, root } from '../root.mjs'
import { run } from '../run.mjs'
import { workspaces } from '../workspaces.mjs'
import { consumerApp, installTarball, linkDependencies } from './consumer-app.mjs'
import { verdict } from './gate.mjs'

const besidesBuilt = ['LICENSE', 'README.md', 'package.json']

/** @type {import('./gate.mjs').Gate} */
export const pack = {
  name: 'pack',
  about: 'the tarballs hold what they should and nothing else',
  needs: ['build'],
  async run({ folder, signal }) {
    const app = consumerApp(folder)
    const problems = []
    for (const workspace of workspaces('packages')) {
      const { name } = readJson(`${workspace}/package.json`)
      const files = await packWorkspace(workspace, folder, signal)
      const installed = await installTarball(app, name, tarballOf(workspace, folder))
      const manifest = readFileSync(join(installed, 'package.json'), 'utf8')
      problems.push(
        ...besidesBuilt
          .filter((file) => !files.includes(file))
          .map((file) => `${name} is packed without ${file}`),
        ...files.filter((file) => !belongs(file)).map((file) => `${name} is packed with ${file}`),
        ...(manifest.includes('"workspace:') ? [`${name} is packed with a workspace: version`] : []),
      )
    }
    linkDependencies(app)
    return verdict(problems.length === 0, problems.join('\n'))
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
 * @returns {Promise<string[]>} the packed files
 */
async function packWorkspace(workspace, folder, signal) {
  const pnpm = join(root, 'node_modules/pnpm/bin/pnpm.mjs')
  const args = [pnpm, 'pack', '--json', '--pack-destination', folder]
  const { code, stdout, output } = await run(process.execPath, args, { cwd: join(root, workspace), signal })
  if (code !== 0) throw new Error(output)

  /** @type {{ files: { path: string }[] }} */
  const { files } = JSON.parse(stdout)
  return files.map(({ path }) => path)
}

/** @param {string} file */
function belongs(file) {
  return (
    besidesBuilt.includes(file) || (/^dist\/.*\.(js|d\.ts)(\.map)?$/.test(file) && !file.includes('.test'))
  )
}
