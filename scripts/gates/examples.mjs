import { findBrowser } from '../find-browser.mjs'
import { runJourneys } from './journeys.mjs'

/** @type {import('./gate.mjs').Gate} */
export const examples = {
  name: 'examples',
  about: 'apps on frameworks that render on the server, built with the built packages (Playwright)',
  needs: ['build', 'demo'],
  async run(context) {
    const executable = await findBrowser(context.signal)
    return runJourneys(['examples'], { LATCHKEY_BROWSER: executable }, context)
  },
}
