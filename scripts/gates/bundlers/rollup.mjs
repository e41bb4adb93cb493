import resolve from '@rollup/plugin-node-resolve'
import { rollup } from 'rollup'
import { minify } from 'terser'
import { matchPackages } from './bundler.mjs'
import { fromRollup, noteEntered } from './rollup-output.mjs'

/** As the other two do by themselves: what is for developers is dropped. @type {import('rollup').Plugin} */
const forProduction = {
  name: 'for-production',
  transform: (code) => code.replaceAll('process.env.NODE_ENV', '"production"'),
}

/** @returns {import('./bundler.mjs').Bundler} */
export function createRollupBundler() {
  /** What it has read, by what is left to the app: it remembers where an import leads. @type {Map<string, import('rollup').RollupCache>} */
  const caches = new Map()
  /** Terser takes longer than all the rest, and many bundles hold the same chunks. @type {Map<string, string>} */
  const minified = new Map()

  return async ({ input, external, isWeighed }) => {
    const { plugin, entered } = noteEntered()
    const cache = caches.get(external.join())
    const bundle = await rollup({
      input,
      external: matchPackages(external),
      plugins: [resolve({ browser: true }), forProduction, plugin],
      onwarn() {},
      ...(cache && { cache }),
    })
    if (bundle.cache) caches.set(external.join(), bundle.cache)
    const { output } = await bundle.generate({ format: 'es' })
    const chunks = fromRollup(output, entered)
    if (isWeighed) for (const chunk of chunks) chunk.code = await minifyOnce(chunk.code)
    return chunks
  }

  /** @param {string} code */
  async function minifyOnce(code) {
    const known = minified.get(code) ?? (await minify(code, { module: true })).code ?? ''
    minified.set(code, known)
    return known
  }
}
