import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { verdict } from './gate.mjs'
import { isUnreachable, npm } from './npm.mjs'

/** All that may come to an app's users with the packages, beside the app's own React. */
const allowed = ['@latchkey/core', '@latchkey/react', 'oauth4webapi', 'react', 'react-dom', 'scheduler']

/**
 * Names what npm has installed for an app's users that nobody has looked at.
 *
 * @param {string} app
 * @returns {string[]} sentences
 */
export function findForeignPackages(app) {
  /** @type {{ packages: Record<string, { dev?: boolean, peer?: boolean }> }} */
  const { packages } = JSON.parse(readFileSync(join(app, 'package-lock.json'), 'utf8'))
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path]) => path.replace('node_modules/', ''))
    .filter((name) => !allowed.includes(name))
    .map((name) => `Who installs the packages gets ${name} too.`)
}

/**
 * Asks the registry whether anything is known against what an app's users get.
 *
 * @param {string} app
 * @param {AbortSignal} signal
 */
export async function auditInstalled(app, signal) {
  return judgeAudit(await npm(['audit', '--omit=dev', '--json'], { cwd: app, signal }))
}

/**
 * Not every registry knows what is known against packages: then nobody has looked, which is neither good nor bad.
 *
 * @param {Pick<import('../run.mjs').Run, 'code' | 'stdout' | 'output'>} audit
 * @returns {import('./gate.mjs').Result} skipped where the registry does not say
 */
export function judgeAudit({ code, stdout, output }) {
  if (code === 0) return verdict(true, output)

  const { error, message = '', statusCode } = parseReport(stdout)
  const isUnanswered =
    error !== undefined && ([404, 405, 501].includes(statusCode ?? 0) || isUnreachable(message))
  if (!isUnanswered) return verdict(false, output)
  return {
    passed: 0,
    failed: 0,
    skipped: [`npm audit --omit=dev: the registry does not answer it (${withoutAddress(message)})`],
  }
}

/**
 * Which registry is asked is a matter of the machine.
 *
 * @param {string} message
 */
function withoutAddress(message) {
  return message.replace(/https?:\S+/g, '…')
}

/**
 * @param {string} stdout
 * @returns {{ error?: unknown, message?: string, statusCode?: number }}
 */
function parseReport(stdout) {
  try {
    return JSON.parse(stdout)
  } catch {
    // What is no report is shown as it is.
    return {}
  }
}
