import { basename } from 'node:path'
import { run } from '../run.mjs'

/**
 * Runs npm, as somebody does who has no pnpm.
 *
 * @param {readonly string[]} args
 * @param {import('../run.mjs').RunOptions} options
 */
export function npm(args, options) {
  const path = process.env.npm_execpath ?? ''
  // What started this says where npm is, unless it is another package manager.
  return basename(path) === 'npm-cli.js'
    ? run(process.execPath, [path, ...args], options)
    : run('npm', args, options)
}

/**
 * Whether a registry answers at all, whatever it says.
 *
 * @param {AbortSignal} signal
 */
export async function isRegistryReachable(signal) {
  const { code, output } = await npm(['ping', '--fetch-retries=0'], { signal })
  return code === 0 || !isUnreachable(output)
}

/**
 * Whether npm says that it could not reach its registry.
 *
 * @param {string} output
 */
export function isUnreachable(output) {
  return /\b(ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT)\b/.test(
    output,
  )
}
