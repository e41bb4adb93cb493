import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { consumerApp } from './consumer-app.mjs'
import { verdict } from './gate.mjs'

/** What an app of the usual kind imports, and its other entries. */
const entries = {
  app: `
    export { createAuthClient } from '@latchkey/core'
    export { AuthProvider, Callback, RequireAuth, useAuth } from '@latchkey/react'`,
  vault: `import '@latchkey/core/vault'`,
  router: `export { callbackRoute, requireAuth } from '@latchkey/react/router'`,
  'tanstack-router': `export { handleCallback, requireAuth } from '@latchkey/react/tanstack-router'`,
  'silent-callback': `import '@latchkey/core/silent-callback'`,
  popup: `export { loginWithPopup } from '@latchkey/core/popup'`,
  dpop: `export { dpop } from '@latchkey/core/dpop'`,
  axios: `export { axiosAdapter } from '@latchkey/core/axios'`,
  ky: `export { kyOptions } from '@latchkey/core/ky'`,
  'tanstack-query': `export { connectQueryClient } from '@latchkey/core/tanstack-query'`,
  'front-channel-logout': `export { handleFrontChannelLogout } from '@latchkey/core/front-channel-logout'`,
}

/** Modules that are loaded on demand where the tokens are kept in a vault, and where they are not. */
const vaultOnly = /keeper\/(vault|with-fallback)\.js$/
const memoryOnly = /keeper\/page-keeper\.js$/

/** What is loaded by whoever asks for it: by an option, or by a provider or an API that wants it. */
const asked =
  /\/(pushed-authorization|user-info|user-loader|with-user|resource-metadata|initiate-login|session-limits|watch-session|sealed-fetch|bound-parts)\.js$/

/**
 * Bytes that a React app grows by: minified, each chunk compressed with Brotli. The budgets hold what is reached, so
 * that nothing creeps in; the goals are 6 kB at first and 13 kB all told, of which oauth4webapi takes 7.5, and 5 kB on
 * the page with a vault.
 */
const budgets = [
  { what: 'at first', entry: 'app', bytes: 15_300, isLoaded: () => false },
  {
    what: 'all told in memory',
    entry: 'app',
    bytes: 51_300,
    isLoaded: (/** @type {string} */ path) => !vaultOnly.test(path) && !asked.test(path),
  },
  {
    what: 'on the page with a vault',
    entry: 'app',
    bytes: 33_700,
    isLoaded: (/** @type {string} */ path) => !memoryOnly.test(path) && !asked.test(path),
  },
  { what: 'in the vault', entry: 'vault', bytes: 28_900, isLoaded: () => true },
  // With the errors of core, which an app has already.
  { what: 'to guard the routes of React Router', entry: 'router', bytes: 1_400, isLoaded: () => true },
  { what: 'of TanStack Router', entry: 'tanstack-router', bytes: 1_300, isLoaded: () => true },
  { what: 'on the silent callback page', entry: 'silent-callback', bytes: 300, isLoaded: () => true },
  {
    what: 'on the front-channel logout page',
    entry: 'front-channel-logout',
    bytes: 2_300,
    isLoaded: () => true,
  },
  { what: 'to sign in by a window', entry: 'popup', bytes: 4_300, isLoaded: () => true },
  { what: 'to bind tokens to a key', entry: 'dpop', bytes: 2_500, isLoaded: () => true },
  { what: 'for axios', entry: 'axios', bytes: 400, isLoaded: () => true },
  { what: 'for ky', entry: 'ky', bytes: 300, isLoaded: () => true },
  { what: 'for TanStack Query', entry: 'tanstack-query', bytes: 800, isLoaded: () => true },
]

/** @type {import('./gate.mjs').Gate} */
export const size = {
  name: 'size',
  about: `what a React app grows by: ${budgets.map(({ what, bytes }) => `${what} ≤ ${bytes / 1000} kB`).join(', ')}`,
  needs: ['pack'],
  async run({ folder }) {
    /** @type {Record<string, Chunk[]>} */
    const bundles = {}
    for (const [name, code] of Object.entries(entries)) {
      bundles[name] = await bundle(consumerApp(folder), name, code)
    }
    const lines = budgets.map(({ what, entry, bytes, isLoaded }) => {
      const measured = loadedChunks(bundles[entry] ?? [], isLoaded).reduce(
        (sum, { code }) => sum + compressed(code),
        0,
      )
      return { isFine: measured <= bytes, text: `${what} ${kilobytes(measured)} of ${kilobytes(bytes)}` }
    })
    const note = lines.map(({ text }) => text).join(', ')
    return verdict(
      lines.every(({ isFine }) => isFine),
      [note, ...Object.values(bundles).flat().map(describeChunk)].join('\n'),
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
 * @property {string[]} dynamicImports
 * @property {string | null} facadeModuleId
 * @property {Record<string, { renderedLength: number }>} modules their lengths before minification
 */

/**
 * Bundles for production, with what the app has anyway left to it.
 *
 * @param {string} app
 * @param {string} name
 * @param {string} code
 * @returns {Promise<Chunk[]>}
 */
async function bundle(app, name, code) {
  const { rolldown } = await import('rolldown')
  const input = join(app, `size-${name}.js`)
  writeFileSync(input, code)
  const bundle = await rolldown({
    input,
    platform: 'browser',
    external: /^(react(-dom)?|axios)(\/|$)/,
    logLevel: 'silent',
  })
  const { output } = await bundle.generate({ minify: true })
  return output.filter((part) => part.type === 'chunk')
}

/**
 * An entry, everything it loads before it runs, and what it loads later where `isLoaded` says so.
 *
 * @param {Chunk[]} chunks
 * @param {(path: string) => boolean} isLoaded gets the module that is loaded later
 */
function loadedChunks(chunks, isLoaded) {
  const loaded = new Set(chunks.filter(({ isEntry }) => isEntry))
  for (const { imports, dynamicImports } of loaded) {
    for (const chunk of chunks) {
      const isLater = dynamicImports.includes(chunk.fileName) && isLoaded(chunk.facadeModuleId ?? '')
      if (imports.includes(chunk.fileName) || isLater) loaded.add(chunk)
    }
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
  return [`${fileName} ${kilobytes(compressed(code))}`, ...parts].join('\n')
}

/** @param {string} code */
function compressed(code) {
  return brotliCompressSync(code).length
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(2)} kB`
}
