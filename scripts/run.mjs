import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { endGroup, ownGroup } from './process-group.mjs'
import { root } from './root.mjs'

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] the root when left out
 * @property {Record<string, string>} [env] added to this process's own
 * @property {AbortSignal | undefined} [signal] ends the program when aborted
 */

/**
 * How a program ended, and what it wrote: to its standard output, and to that and its standard error together.
 *
 * @typedef {{ code: number, stdout: string, output: string }} Run
 */

/**
 * Runs a program to its end, without input, and keeps what it writes.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Run>} a program that cannot be started has code 127
 */
export function run(command, args, { cwd = root, env = {}, signal } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...plainEnv(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...ownGroup,
    })
    const end = () => endGroup(child)
    if (signal?.aborted) end()
    signal?.addEventListener('abort', end, { once: true })
    let stdout = ''
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output += text
    })
    child.on('error', (error) => resolve({ code: 127, stdout, output: `${output}${error.message}\n` }))
    child.on('close', (code) => {
      signal?.removeEventListener('abort', end)
      resolve({ code: code ?? 1, stdout, output })
    })
  })
}

/**
 * Runs an installed tool under this Node, without a shell, so the same on every system.
 *
 * @param {string} name the package
 * @param {readonly string[]} args
 * @param {RunOptions & { from?: string }} [options] `from` is the workspace that has the package: the root when left out
 */
export function runTool(name, args, { from = '.', ...options } = {}) {
  const folder = join(root, from, 'node_modules', name)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const entry = typeof bin === 'string' ? bin : /** @type {string} */ (Object.values(bin)[0])
  return run(process.execPath, [join(folder, entry), ...args], options)
}

/** This process's environment, asking for output without colours. */
function plainEnv() {
  const { FORCE_COLOR: _, ...env } = process.env
  return { ...env, NO_COLOR: '1' }
}
