import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findBrowser } from './find-browser.mjs'
import { findEngines } from './find-engines.mjs'
import { install } from './install.mjs'
import { root } from './root.mjs'
import { runTool } from './run.mjs'
import { createStop } from './stop.mjs'

const demo = 'apps/demo'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
    engines: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(`pnpm soak               ten tabs for half an hour in Chromium, on tokens of five seconds
pnpm soak --minutes 10  as long as you like
pnpm soak --seed 42     the same events again, in the same order
pnpm soak --engines     six tabs for a minute in Firefox and in WebKit`)
  process.exit(0)
}

const { signal } = createStop()
install()
const { minutes = values.engines ? '1' : '30', seed } = values
const { code, output } = await (values.engines ? soakInEngines() : soakInChromium())
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
  const seconds = String(Number(minutes) * 60)
  return runTool(
    '@playwright/test',
    ['test', ...args, ...projects.map((project) => `--project=${project}`)],
    {
      from: demo,
      cwd: join(root, demo),
      env: { ...env, LATCHKEY_SOAK_SECONDS: seconds, LATCHKEY_SOAK_SEED: seed },
      signal,
    },
  )
}
