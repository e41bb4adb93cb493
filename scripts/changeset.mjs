import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A package that has others of ours as peers. */
const manifest = 'packages/testing/package.json'

/**
 * Runs something of Changesets with the peers hidden that our packages are to each other. It takes a new version of a
 * peer for a break, so that every feature would make a major version of all packages, which are released together and
 * want each other in exactly that version.
 *
 * @template T
 * @param {string} folder the repository, or a copy of it
 * @param {() => Promise<T>} action may change the version in the manifest, and nothing else
 */
export async function withoutPeers(folder, action) {
  const path = join(folder, manifest)
  const before = readFileSync(path, 'utf8')
  const { peerDependencies, ...rest } = JSON.parse(before)
  const foreign = Object.entries(peerDependencies).filter(([name]) => !name.startsWith('@latchkey/'))
  writeFileSync(
    path,
    JSON.stringify({ ...rest, peerDependencies: Object.fromEntries(foreign) }, undefined, 2),
  )
  try {
    return await action()
  } finally {
    const { version } = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, before.replace(`"version": "${rest.version}"`, `"version": "${version}"`))
  }
}
