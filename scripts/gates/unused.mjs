import { runTool } from '../run.mjs'
import { allSucceeded } from './gate.mjs'

/** @type {import('./gate.mjs').Gate} */
export const unused = {
  name: 'unused',
  about: 'unused and undeclared files, exports and dependencies (knip)',
  async run({ signal }) {
    return allSucceeded([await runTool('knip', [], { signal })])
  },
}
