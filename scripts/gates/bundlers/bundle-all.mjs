// A program of its own, for Vite changes the environment of the process it is in: bundles what it is told on the
// command line with the bundler it is told, and writes the chunks to its standard output.
import { brotliCompressSync } from 'node:zlib'

/** @type {Record<string, () => Promise<import('./bundler.mjs').Bundler>>} */
const bundlers = {
  vite: async () => (await import('./vite.mjs')).bundleWithVite,
  rollup: async () => (await import('./rollup.mjs')).createRollupBundler(),
  esbuild: async () => (await import('./esbuild.mjs')).bundleWithEsbuild,
}

const [name = '', sources = '{}'] = process.argv.slice(2)
const bundle = await bundlers[name]?.()
if (!bundle) throw new Error(`There is no bundler ${name}.`)

/** @type {Record<string, import('./chunk.mjs').Chunk[]>} */
const bundles = {}
for (const [entry, source] of Object.entries(JSON.parse(sources))) {
  const chunks = await bundle(source)
  bundles[entry] = chunks.map(({ code, ...chunk }) => ({ ...chunk, bytes: brotliCompressSync(code).length }))
}
console.log(JSON.stringify(bundles))
