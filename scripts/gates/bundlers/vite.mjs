import { dirname } from 'node:path'
import { build } from 'vite'
import { matchPackages } from './bundler.mjs'
import { fromRollup, noteEntered } from './rollup-output.mjs'

/** @type {import('./bundler.mjs').Bundler} */
export async function bundleWithVite({ input, external }) {
  const { plugin, entered } = noteEntered()
  const built = await build({
    configFile: false,
    root: dirname(input),
    publicDir: false,
    logLevel: 'silent',
    plugins: [plugin],
    build: {
      write: false,
      rolldownOptions: { input, external: matchPackages(external), preserveEntrySignatures: 'strict' },
    },
  })
  const { output } = /** @type {import('vite').Rolldown.RolldownOutput} */ (built)
  return fromRollup(output, entered)
}
