import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { endGroup, ownGroup } from './process-group.mjs'

const readyMs = 60_000

/**
 * A program of ours that runs until it is stopped. What it writes is kept, and shown only when it matters.
 *
 * @typedef {object} Service
 * @property {string} name
 * @property {() => string} output everything written so far
 * @property {Promise<void>} ended resolves when the program is gone, whatever the reason
 */

/**
 * Starts a Node program. Aborting the signal ends it.
 *
 * @param {string} name
 * @param {readonly string[]} args for Node
 * @param {{ cwd: string, env: Record<string, string>, signal: AbortSignal }} options
 * @returns {Service}
 */
export function startService(name, args, { cwd, env, signal }) {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...ownGroup,
  })
  let output = ''
  const keep = (/** @type {string} */ text) => {
    output += text
  }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  child.on('error', (error) => keep(`${error.message}\n`))

  signal.addEventListener('abort', () => endGroup(child), { once: true })
  return { name, output: () => output, ended: new Promise((resolve) => child.once('close', () => resolve())) }
}

/**
 * Waits until a service has written a line like `idp ready http://localhost:9400`.
 *
 * @param {Service} service
 * @param {string} what the line's beginning
 * @param {AbortSignal} signal
 * @returns {Promise<string>} the URL it tells
 */
export async function untilReady(service, what, signal) {
  const line = new RegExp(`^${what} ready (\\S+)`, 'm')
  let url = ''
  await until(
    () => {
      url = line.exec(service.output())?.[1] ?? ''
      return url !== ''
    },
    `The ${service.name} did not get ready`,
    signal,
  )
  return url
}

/**
 * Waits until somebody answers at a URL, whatever the answer.
 *
 * @param {string} url
 * @param {AbortSignal} signal
 */
export async function untilAnswering(url, signal) {
  const isAnswering = () =>
    fetch(url, { signal }).then(
      () => true,
      () => false,
    )
  await until(isAnswering, `Nothing answers at ${url}`, signal)
}

/**
 * @param {() => boolean | Promise<boolean>} condition
 * @param {string} failure
 * @param {AbortSignal} signal
 */
async function until(condition, failure, signal) {
  const deadline = performance.now() + readyMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${failure} within ${readyMs / 1000} s.`)
    await sleep(50, undefined, { signal })
  }
}
