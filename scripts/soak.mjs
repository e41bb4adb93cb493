import { join } from 'node:path'
import { findBrowser } from './find-browser.mjs'
import { findEngines } from './find-engines.mjs'
import { root } from './root.mjs'
import { runTool } from './run.mjs'
import { createStop } from './stop.mjs'

/** What `npm run soak` in the demo runs: six tabs live for a minute on tokens of five seconds, in every engine here. */
const soakSeconds = '60'
const demo = 'apps/demo'

const { signal } = createStop()
const browser = await findBrowser(signal)
const { present, missing, env } = await findEngines(signal)
for (const { title, advice } of missing) console.log(`Not in ${title}. ${advice}`)

const projects = ['chromium', ...present.map(({ name }) => name)]
const { code, output } = await runTool(
  '@playwright/test',
  // One at a time: what is looked at is the tabs' race, not the engines'.
  ['test', '--grep=six tabs', '--workers=1', ...projects.map((project) => `--project=${project}`)],
  {
    from: demo,
    cwd: join(root, demo),
    env: { ...env, LATCHKEY_BROWSER: browser, LATCHKEY_SOAK_SECONDS: soakSeconds },
    signal,
  },
)
console.log(output)
process.exitCode = code
