import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { installWithApt } from './apt.mjs'
import { firstThatStarts, onPath, starts } from './executables.mjs'

/**
 * A browser engine that the journeys run in beside Chromium.
 *
 * @typedef {object} Engine
 * @property {string} name its project in the demo's Playwright configuration
 * @property {string} title
 * @property {readonly string[]} packages what Debian calls it
 * @property {string} advice how to get it elsewhere
 * @property {() => Promise<Record<string, string> | undefined>} find the environment in which the journeys find it;
 *   nothing where it is not installed
 */

/** @type {readonly Engine[]} */
const engines = [
  {
    name: 'firefox',
    title: 'Firefox',
    packages: ['firefox-esr'],
    advice: 'Install it, or say where it is: LATCHKEY_FIREFOX=/path/to/firefox npm test',
    find: findFirefox,
  },
  {
    name: 'webkit',
    title: 'WebKit',
    packages: ['webkit2gtk-driver', 'xvfb'],
    advice: 'On Linux, install WebKitWebDriver and Xvfb (on Debian: apt-get install webkit2gtk-driver xvfb).',
    find: findWebKit,
  },
]

/**
 * Finds the engines that this machine has, or can get.
 *
 * @param {AbortSignal} signal
 * @returns {Promise<{ present: Engine[], missing: Engine[], env: Record<string, string>, log: string }>} `env` is for
 *   the journeys; `log` says how it went where something had to be installed
 */
export async function findEngines(signal) {
  /** @type {Engine[]} */
  const present = []
  /** @type {Engine[]} */
  const missing = []
  let env = {}
  let log = ''
  for (const engine of engines) {
    let found = await engine.find()
    if (!found) {
      log += await installWithApt(engine.packages, signal)
      found = await engine.find()
    }
    if (found) present.push(engine)
    else missing.push(engine)
    env = { ...env, ...found }
  }
  return { present, missing, env, log }
}

async function findFirefox() {
  const chosen = process.env.LATCHKEY_FIREFOX
  if (chosen && !(await starts(chosen)))
    throw new Error(`LATCHKEY_FIREFOX is ${chosen}, which does not start. Correct it or unset it.`)
  const found = chosen || (await firstThatStarts(usualFirefoxes()))
  return found ? { LATCHKEY_FIREFOX: found } : undefined
}

function usualFirefoxes() {
  switch (process.platform) {
    case 'darwin':
      return ['/Applications', join(homedir(), 'Applications')].map((folder) =>
        join(folder, 'Firefox.app/Contents/MacOS/firefox'),
      )
    case 'win32':
      return ['ProgramFiles', 'ProgramFiles(x86)']
        .flatMap((variable) => process.env[variable] ?? [])
        .map((folder) => join(folder, 'Mozilla Firefox/firefox.exe'))
    default:
      return onPath(['firefox-esr', 'firefox'])
  }
}

/** Neither program has a harmless way to be started. */
async function findWebKit() {
  const isComplete = ['WebKitWebDriver', 'Xvfb'].every((name) =>
    onPath([name]).some((file) => existsSync(file)),
  )
  return isComplete ? {} : undefined
}
