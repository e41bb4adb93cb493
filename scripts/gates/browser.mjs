import { basename } from 'node:path'
import { findBrowser, findHeadlessShell } from '../find-browser.mjs'
import { runJourneys } from './journeys.mjs'
import { leftOutJourneys } from './quick.mjs'

/** @type {import('./gate.mjs').Gate} */
export const browser = {
  name: 'browser',
  about: 'journeys in a real browser against the local provider (Playwright)',
  needs: ['demo'],
  async run(context) {
    const whole = await findBrowser(context.signal)
    // What is published has been in the browser that people have.
    const shell = context.full ? undefined : await findHeadlessShell()
    const env = { LATCHKEY_BROWSER: whole, LATCHKEY_HEADLESS_SHELL: shell ?? '' }
    const result = await runJourneys(['chromium'], env, context)
    return {
      ...result,
      skipped: [...(result.skipped ?? []), ...leftOutJourneys('apps/demo/e2e', context)],
      note: (shell ? [shell, whole] : [whole]).map((path) => basename(path)).join(' and '),
    }
  },
}
