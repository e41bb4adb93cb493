import { join } from 'node:path'
import { root } from '../root.mjs'
import { runTool } from '../run.mjs'
import { allSucceeded } from './gate.mjs'

const folder = 'apps/demo'

/** @type {import('./gate.mjs').Gate} */
export const demo = {
  name: 'demo',
  about: 'the demo as it is deployed, for the journeys (Vite)',
  async run({ signal }) {
    const options = { from: folder, cwd: join(root, folder), signal }
    return allSucceeded([await runTool('vite', ['build', '--logLevel=warn'], options)])
  },
}
