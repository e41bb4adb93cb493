import { existsSync } from 'node:fs'
import { run } from './run.mjs'

/**
 * Installs Debian packages, where that is possible without asking anybody.
 *
 * @param {readonly string[]} packages
 * @param {AbortSignal} signal
 * @returns {Promise<string>} what was written meanwhile; nothing where it is not possible
 */
export async function installWithApt(packages, signal) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return ''
  console.log(`Installing with apt-get: ${packages.join(' ')} …`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const update = await run('apt-get', ['update'], { env, signal })
  const install = await run('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], {
    env,
    signal,
  })
  return update.output + install.output
}
