import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { consumerApp } from './consumer-app.mjs'
import { verdict } from './gate.mjs'

/** What an app of the usual kind imports. */
const entry = `
  export { createAuthClient } from '@latchkey/core'
  export { AuthProvider, Callback, RequireAuth, useAuth } from '@latchkey/react'
`

/**
 * Bytes that a React app grows by: minified, each chunk compressed with Brotli. The budgets hold what is reached, so
 * that nothing creeps in; the goals are 6 kB at first and 13 kB all told, of which oauth4webapi takes 7.5.
 */
const budgets = [
  { what: 'at first', bytes: 7_300, measure: staticChunks },
  { what: 'all told', bytes: 24_000, measure: (/** @type {Chunk[]} */ chunks) => chunks },
]

/** @type {import('./gate.mjs').Gate} */
export const size = {
  name: 'size',
  about: `what a React app grows by: ${budgets.map(({ what, bytes }) => `${what} ≤ ${bytes / 1000} kB`).join(', ')}`,
  needs: ['pack'],
  async run({ folder }) {
    const chunks = await bundle(consumerApp(folder))
    const lines = budgets.map(({ what, bytes, measure }) => {
      const measured = measure(chunks).reduce((sum, { code }) => sum + brotliCompressSync(code).length, 0)
      return { isFine: measured <= bytes, text: `${what} ${kilobytes(measured)} of ${kilobytes(bytes)}` }
    })
    const note = lines.map(({ text }) => text).join(', ')
    return verdict(
      lines.every(({ isFine }) => isFine),
      [note, ...chunks.map(describeChunk)].join('\n'),
      note,
    )
  },
}

/**
 * A piece of the bundle, as Rolldown tells of it.
 *
 * @typedef {object} Chunk
 * @property {string} fileName
 * @property {string} code
 * @property {boolean} isEntry
 * @property {string[]} imports
 * @property {Record<string, { renderedLength: number }>} modules their lengths before minification
 */

/**
 * Bundles for production, with React left to the app.
 *
 * @param {string} app
 * @returns {Promise<Chunk[]>}
 */
async function bundle(app) {
  const { rolldown } = await import('rolldown')
  const input = join(app, 'size.js')
  writeFileSync(input, entry)
  const bundle = await rolldown({
    input,
    platform: 'browser',
    external: /^react(-dom)?(\/|$)/,
    logLevel: 'silent',
  })
  const { output } = await bundle.generate({ minify: true })
  return output.filter((part) => part.type === 'chunk')
}

/**
 * The entry and everything it loads before it runs.
 *
 * @param {Chunk[]} chunks
 */
function staticChunks(chunks) {
  const loaded = new Set(chunks.filter(({ isEntry }) => isEntry))
  for (const { imports } of loaded) {
    for (const chunk of chunks) if (imports.includes(chunk.fileName)) loaded.add(chunk)
  }
  return [...loaded]
}

/**
 * What a chunk weighs, and what is in it, the longest first.
 *
 * @param {Chunk} chunk
 */
function describeChunk({ fileName, code, modules }) {
  const parts = Object.entries(modules)
    .sort(([, a], [, b]) => b.renderedLength - a.renderedLength)
    .map(([path, { renderedLength }]) => `  ${path.split('node_modules/').at(-1)} ${renderedLength}`)
  return [`${fileName} ${kilobytes(brotliCompressSync(code).length)}`, ...parts].join('\n')
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(2)} kB`
}
