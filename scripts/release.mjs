import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readCommandLine } from './command-line.mjs'
import { install } from './install.mjs'
import { readJson, root } from './root.mjs'
import { run } from './run.mjs'
import { workspaces } from './workspaces.mjs'

const { values } = readCommandLine(() =>
  parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } }),
)
install()

const manifests = workspaces('packages').map((workspace) => readJson(`${workspace}/package.json`))
const problems = await releaseProblems()
for (const problem of problems) console.error(problem)
if (values['dry-run']) {
  for (const { name, version } of manifests) console.log(`Would publish ${name}@${version}`)
} else if (problems.length === 0) {
  start(['scripts/test.mjs', '--full', '--require-engines'])
  start(['node_modules/@changesets/cli/bin.js', 'publish'])
}
if (problems.length > 0) process.exitCode = 1

/** What stands against publishing the packages as they are. */
async function releaseProblems() {
  const { code, output } = await run('git', ['status', '--porcelain'])
  const pending = readdirSync(join(root, '.changeset')).filter(
    (file) => file.endsWith('.md') && file !== 'README.md',
  )
  const unreleased = manifests.filter(({ version }) => version === '0.0.0').map(({ name }) => name)
  const nowhere = manifests.filter(({ repository }) => !repository).map(({ name }) => name)
  return [
    ...(code === 0 && output === '' ? [] : [`Commit these changes first:\n${output.trimEnd()}`]),
    ...(pending.length > 0 ? [`Run npm run changeset version first, for ${pending.join(', ')}.`] : []),
    ...(unreleased.length > 0 ? [`There is no version yet of ${unreleased.join(', ')}.`] : []),
    ...(nowhere.length > 0
      ? [
          `npm refuses a provenance that names another repository than the manifest: add "repository" to ${nowhere.join(', ')}.`,
        ]
      : []),
  ]
}

/**
 * Runs one of our programs where it can be seen, and ends this one where it fails.
 *
 * @param {readonly string[]} args for Node
 */
function start(args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
