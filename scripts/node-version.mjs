import { readJson } from './root.mjs'

/** Ends the process with a clear message when this Node is older than `engines.node` allows. */
export function requireNodeVersion() {
  const [major = 0, minor = 0] = readJson('package.json').engines.node.match(/\d+/g).map(Number)
  const [ownMajor = 0, ownMinor = 0] = process.versions.node.split('.').map(Number)
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return

  console.error(`This needs Node ${major}.${minor} or newer, and this is Node ${process.versions.node}.`)
  console.error('Install a newer one (https://nodejs.org) and run the same command again.')
  process.exit(1)
}
