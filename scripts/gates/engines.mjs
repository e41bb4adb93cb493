import { findEngines } from '../find-engines.mjs'
import { runJourneys } from './journeys.mjs'
import { withMissingEngines } from './missing-engines.mjs'
import { leftOutJourneys } from './quick.mjs'

/** @type {import('./gate.mjs').Gate} */
export const engines = {
  name: 'engines',
  about: 'the main journeys in Firefox and in WebKit, where they are installed',
  needs: ['demo'],
  async run(context) {
    const { present, missing, env, log } = await findEngines(context.signal)
    const [first, ...others] = present.map(({ name }) => name)
    /** @type {import('./gate.mjs').Result} */
    const result = first ? await runJourneys([first, ...others], env, context) : { passed: 0, failed: 0 }
    const note = present.map(({ title }) => title).join(' and ')
    const skipped = [...(result.skipped ?? []), ...leftOutJourneys('apps/demo/e2e/engines', context)]
    const output = log + (result.output ?? '')
    return withMissingEngines({ ...result, skipped, note, output }, missing, context)
  },
}
