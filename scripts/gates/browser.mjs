import { findBrowser, findHeadlessShell } from '../find-browser.mjs'
import { runJourneys } from './journeys.mjs'

/** @type {import('./gate.mjs').Gate} */
export const browser = {
  name: 'browser',
  about: 'journeys in a real browser against the local provider (Playwright)',
  needs: ['demo'],
  async run(context) {
    const executable = await findBrowser(context.signal)
    const shell = await findHeadlessShell(context.signal)
    return runJourneys(['chromium'], { LATCHKEY_BROWSER: executable, ...shell }, context)
  },
}
