import { runTool } from '../run.mjs'
import { allSucceeded } from './gate.mjs'

/** @type {import('./gate.mjs').Gate} */
export const lint = {
  name: 'lint',
  about: 'format, lint, layers and import cycles (Biome)',
  async run({ signal }) {
    return allSucceeded([await runTool('@biomejs/biome', ['check', '--error-on-warnings'], { signal })])
  },
}
