import { spawnSync } from 'node:child_process'
import { withoutPeers } from './changeset.mjs'
import { install } from './install.mjs'
import { root } from './root.mjs'

install()
process.exitCode = await withoutPeers(root, async () => {
  const args = ['node_modules/@changesets/cli/bin.js', ...process.argv.slice(2)]
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1
})
