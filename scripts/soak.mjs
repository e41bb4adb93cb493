import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readCommandLine, readNumber } from './command-line.mjs'
import { findBrowser } from './find-browser.mjs'
import { findEngines } from './find-engines.mjs'
import { quickEnv } from './gates/quick.mjs'
import { install } from './install.mjs'
import { root } from './root.mjs'
import { runTool } from './run.mjs'
import { createStop } from './stop.mjs'

const demo = 'apps/demo'

const { minutes, seed, engines, help } = readCommandLine(parseArguments)
if (help) {
  console.log(`pnpm soak               ten tabs for half an hour in Chromium, on tokens of five seconds
pnpm soak --minutes 10  as long as you like
pnpm soak --seed 42     the same events again, in the same order
pnpm soak --engines     six tabs for a minute in Firefox and in WebKit`)
  process.exit(0)
}

const { signal } = createStop()
install()
const { code, output } = await (engines ? soakInEngines() : soakInChromium())
console.log(output)
console.log(`Seed ${seed}`)
process.exitCode = code

async function soakInChromium() {
  const browser = await findBrowser(signal)
  // The keepers side by side: each has servers and a browser of its own.
  return soak(['chromium'], ['--grep=ten tabs', '--workers=2'], { LATCHKEY_BROWSER: browser })
}

async function soakInEngines() {
  const { present, missing, env } = await findEngines(signal)
  for (const { title, advice } of missing) console.log(`Not in ${title}. ${advice}`)
  // One at a time: what is looked at is the tabs' race, not the engines'.
  return soak(
    present.map(({ name }) => name),
    ['--grep=six tabs', '--workers=1'],
    env,
  )
}

/**
 * @param {readonly string[]} projects
 * @param {readonly string[]} args
 * @param {Record<string, string>} env
 */
function soak(projects, args, env) {
  return runTool(
    '@playwright/test',
    ['test', ...args, ...projects.map((project) => `--project=${project}`)],
    {
      from: demo,
      cwd: join(root, demo),
      env: {
        ...env,
        ...quickEnv({ full: true }),
        LATCHKEY_SOAK_SECONDS: String(minutes * 60),
        LATCHKEY_SOAK_SEED: String(seed),
      },
      signal,
    },
  )
}

function parseArguments() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
      engines: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { engines, help, minutes = engines ? '1' : '30' } = values
  return {
    engines,
    help,
    minutes: readNumber('--minutes', minutes),
    seed: readNumber('--seed', values.seed, { atLeast: 0, isWhole: true }),
  }
}
