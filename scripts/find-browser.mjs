import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { installWithApt } from './apt.mjs'
import { firstThatStarts, onPath, starts } from './executables.mjs'
import { root } from './root.mjs'
import { runTool } from './run.mjs'

const demo = 'apps/demo'

/**
 * Finds a browser of the Chromium family, or gets one.
 *
 * @param {AbortSignal} signal
 * @returns {Promise<string>} its executable
 * @throws Error that says what to install
 */
export async function findBrowser(signal) {
  const chosen = process.env.LATCHKEY_BROWSER
  if (chosen) {
    if (await starts(chosen)) return chosen
    throw new Error(`LATCHKEY_BROWSER is ${chosen}, which does not start. Correct it or unset it.`)
  }

  const present = await firstThatStarts([...systemBrowsers(), playwrightBrowser()])
  if (present) return present

  let log = ''
  for (const install of [installWithPlaywright, installOnDebian]) {
    log += await install(signal)
    const installed = await firstThatStarts([playwrightBrowser(), ...systemBrowsers()])
    if (installed) return installed
  }
  throw new Error(`${log}
The browser tests need Chromium, Chrome or Edge. Install one of them, or let Playwright get one:
  cd ${demo} && npx playwright install --with-deps chromium
A browser in an unusual place is named so: LATCHKEY_BROWSER=/path/to/chrome npm test`)
}

/**
 * Finds a browser of the Chromium family without the windows around its pages, which most journeys do without.
 *
 * @returns {Promise<string | undefined>} its executable; nothing where there is none, or another browser was asked for
 * @throws Error where the one that was asked for does not start
 */
export async function findHeadlessShell() {
  const chosen = process.env.LATCHKEY_HEADLESS_SHELL
  if (chosen && !(await starts(chosen)))
    throw new Error(`LATCHKEY_HEADLESS_SHELL is ${chosen}, which does not start. Correct it or unset it.`)
  return (
    chosen ||
    (process.env.LATCHKEY_BROWSER ? undefined : firstThatStarts(onPath(['chromium-headless-shell'])))
  )
}

/** Where browsers usually are, the most specific first; most of these files do not exist. */
function systemBrowsers() {
  switch (process.platform) {
    case 'darwin':
      return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) =>
        ['Chromium', 'Google Chrome', 'Microsoft Edge'].map((name) =>
          join(folder, `${name}.app/Contents/MacOS/${name}`),
        ),
      )
    case 'win32':
      return ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA']
        .flatMap((variable) => process.env[variable] ?? [])
        .flatMap((folder) => [
          join(folder, 'Chromium/Application/chrome.exe'),
          join(folder, 'Google/Chrome/Application/chrome.exe'),
          join(folder, 'Microsoft/Edge/Application/msedge.exe'),
        ])
    default:
      return onPath([
        'chromium',
        'chromium-browser',
        'google-chrome',
        'google-chrome-stable',
        'microsoft-edge',
      ])
  }
}

/** Where Playwright keeps, or would keep, a browser of its own. */
function playwrightBrowser() {
  const require = createRequire(join(root, demo, 'package.json'))
  return /** @type {string} */ (require('@playwright/test').chromium.executablePath())
}

/** @param {AbortSignal} signal */
async function installWithPlaywright(signal) {
  console.log('No browser found: downloading Chromium with Playwright …')
  const { output } = await runTool('@playwright/test', ['install', 'chromium'], { from: demo, signal })
  return output
}

/** @param {AbortSignal} signal */
async function installOnDebian(signal) {
  const log = await installWithApt(['chromium'], signal)
  // Not every Debian has it.
  return log + (await installWithApt(['chromium-headless-shell'], signal))
}
