import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { requireNodeVersion } from './node-version.mjs'
import { readJson, root } from './root.mjs'
import { workspaces } from './workspaces.mjs'

const stampFile = join(root, 'node_modules/.latchkey-install')

/** Installs the dependencies, unless what is installed is what the manifests ask for: then nothing runs. */
export function install() {
  requireNodeVersion()
  const wanted = fingerprint()
  if (isInstalled(wanted)) return

  console.log('Installing the dependencies: the first run, or they have changed.')
  const pnpm = readJson('package.json').packageManager
  const command = `npx --yes ${pnpm} install --frozen-lockfile`
  const { status } = spawnSync(command, { cwd: root, shell: true, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) {
    console.error(`\nThe dependencies could not be installed. What ran was:\n  ${command}`)
    console.error('If it could not reach the network, connect and run the same command again.')
    console.error(`If a manifest was edited, update the lockfile first:\n  npx --yes ${pnpm} install`)
    process.exit(1)
  }
  writeFileSync(stampFile, wanted)
}

/** @param {string} wanted */
function isInstalled(wanted) {
  const isComplete = folders().every((folder) => existsSync(join(root, folder, 'node_modules')))
  return isComplete && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted
}

/** Says which dependencies are asked for, on which kind of machine. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  const manifests = folders().map((folder) => `${folder}/package.json`)
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]) {
    hash.update(file).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

/** The folders that have dependencies: the root and every workspace. */
function folders() {
  return ['.', ...workspaces('packages'), ...workspaces('apps'), ...workspaces('examples'), 'bench']
}
