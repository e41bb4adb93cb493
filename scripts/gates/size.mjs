import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../root.mjs'
import { run } from '../run.mjs'
import { loadedChunks, shortPath } from './bundlers/chunk.mjs'
import { consumerApp } from './consumer-app.mjs'
import { entries, libraries, unmeasuredEntries } from './entries.mjs'
import { verdict } from './gate.mjs'
import { findPulled, findUnknownParts } from './pulls.mjs'

/** @typedef {import('./bundlers/chunk.mjs').Chunk} Chunk */

/**
 * How much an entry may weigh, with what it loads on demand where `isLoaded` says so of a module.
 *
 * @typedef {object} Budget
 * @property {string} what
 * @property {string} entry
 * @property {number} bytes
 * @property {(path: string) => boolean} isLoaded
 * @property {Record<string, number>} [more]
 */

/** Modules that are loaded on demand where the tokens are kept in a vault, and where they are not. */
const vaultOnly = /\/engine-with-vault\.js$/
const memoryOnly = /\/engine-in-page\.js$/

/** What is loaded by whoever asks for it: by an option, or by a provider or an API that wants it. */
const asked =
  /\/(user-info|resource-metadata|initiate-login|sealed-fetch|answer-vault|bound-parts|engine-parts)\.js$/

/**
 * Bytes that a React app grows by: minified, each chunk compressed with Brotli. The budgets hold what is reached, so
 * that nothing creeps in; the goals are 6 kB at first and 13 kB all told, of which oauth4webapi takes 7.5, and 5 kB on
 * the page with a vault. `more` is what one bundler alone needs.
 *
 * @type {readonly Budget[]}
 */
const budgets = [
  { what: 'at first', entry: 'app', bytes: 15_100, isLoaded: () => false, more: { esbuild: 750 } },
  {
    what: 'all told in memory',
    entry: 'app',
    bytes: 50_900,
    isLoaded: (path) => !vaultOnly.test(path) && !asked.test(path),
    more: { esbuild: 3_200 },
  },
  {
    what: 'on the page with a vault',
    entry: 'app',
    bytes: 33_700,
    isLoaded: (path) => !memoryOnly.test(path) && !asked.test(path),
    more: { esbuild: 2_000 },
  },
  // The goal is 5 kB. esbuild has every file whole that the rest of an app uses some of.
  {
    what: 'on the page of a hosted client',
    entry: 'hosted',
    bytes: 7_100,
    isLoaded: () => false,
    more: { esbuild: 1_400 },
  },
  {
    what: 'with a guard',
    entry: 'hosted-guarded',
    bytes: 7_900,
    isLoaded: () => false,
    more: { esbuild: 1_400 },
  },
  {
    what: 'and calls of APIs',
    entry: 'hosted-guarded',
    bytes: 8_700,
    isLoaded: (path) => path.endsWith('hosted-fetch.js'),
    more: { esbuild: 1_650 },
  },
  { what: 'in its worker', entry: 'host', bytes: 58_300, isLoaded: () => true, more: { esbuild: 400 } },
  // esbuild leaves what is loaded on demand in files of its own, where it is needed anyway too.
  { what: 'in the vault', entry: 'vault', bytes: 30_400, isLoaded: () => true, more: { esbuild: 2_200 } },
  // With the errors of core, which an app has already; esbuild takes all of them, for they are one file.
  {
    what: 'to guard the routes of React Router',
    entry: 'router',
    bytes: 1_400,
    isLoaded: () => true,
    more: { esbuild: 800 },
  },
  {
    what: 'of TanStack Router',
    entry: 'tanstack-router',
    bytes: 1_300,
    isLoaded: () => true,
    more: { esbuild: 800 },
  },
  { what: 'on the silent callback page', entry: 'silent-callback', bytes: 300, isLoaded: () => true },
  {
    what: 'on the front-channel logout page',
    entry: 'front-channel-logout',
    bytes: 2_500,
    isLoaded: () => true,
  },
  { what: 'to sign in by a window', entry: 'popup', bytes: 4_600, isLoaded: () => true },
  { what: 'to bind tokens to a key', entry: 'dpop', bytes: 2_500, isLoaded: () => true },
  { what: 'for axios', entry: 'axios', bytes: 400, isLoaded: () => true },
  { what: 'for ky', entry: 'ky', bytes: 300, isLoaded: () => true },
  { what: 'for TanStack Query', entry: 'tanstack-query', bytes: 800, isLoaded: () => true },
  { what: 'the errors alone', entry: 'errors', bytes: 400, isLoaded: () => true, more: { esbuild: 700 } },
  // The part that is React's, beside core.
  { what: 'of all of React’s part', entry: 'react', bytes: 4_800, isLoaded: () => true },
  {
    what: 'to confirm who it is by a window',
    entry: 'react-popup',
    bytes: 5_000,
    isLoaded: () => true,
    more: { esbuild: 2_000 },
  },
  // In tests, with core and React's part beside it.
  { what: 'of the test client', entry: 'testing', bytes: 6_200, isLoaded: () => true },
  { what: 'of the fake provider', entry: 'provider', bytes: 4_800, isLoaded: () => true },
  { what: 'for Playwright', entry: 'playwright', bytes: 800, isLoaded: () => true },
  { what: 'for Storybook', entry: 'storybook', bytes: 6_400, isLoaded: () => true },
]

/**
 * The bundlers, and by how much each may be over the budgets: by a share, and by what it adds to an app that loads
 * something on demand, whatever that is.
 */
const bundlers = [
  // It writes a helper that fetches chunks ahead, and lists the files of each.
  { name: 'vite', share: 0, onDemand: 1_800 },
  { name: 'rollup', share: 0, onDemand: 0 },
  // It shares out whole files to more and smaller chunks, where the others share out what is used of them.
  { name: 'esbuild', share: 0.03, onDemand: 0 },
]

/** @type {import('./gate.mjs').Gate} */
export const size = {
  name: 'size',
  about: `what a React app grows by, as Vite, Rollup and esbuild bundle it, and no import brings another along: ${budgets.map(({ what, bytes }) => `${what} ≤ ${bytes / 1000} kB`).join(', ')}`,
  needs: ['pack'],
  async run({ folder, signal }) {
    const sources = writeSources(join(consumerApp(folder), 'size'))
    const bundled = await Promise.all(
      bundlers.map(async (bundler) => ({
        ...bundler,
        bundles: await bundleAll(bundler.name, sources, signal),
      })),
    )
    const lines = budgets.map(({ what, entry, ...budget }) => {
      const weights = bundled.map((bundler) => weigh(bundler, bundler.bundles[entry] ?? [], budget))
      return {
        text: `${what} ${weights.map(({ text }) => text).join(' / ')}`,
        tooHeavy: weights.filter(({ isFine }) => !isFine),
      }
    })
    const overBudget = lines.filter(({ tooHeavy }) => tooHeavy.length > 0)
    const problems = [
      ...overBudget.map(({ text }) => `Over its budget: ${text}`),
      ...bundled.flatMap(({ name, bundles }) =>
        [...findPulled(bundles), ...findUnknownParts(bundles)].map((problem) => `${name}: ${problem}`),
      ),
      ...unmeasuredEntries().map((specifier) => `${specifier} has no budget.`),
    ]
    const note = `kB as Vite / Rollup / esbuild bundle: ${lines.map(({ text }) => text).join(', ')}`
    const details = overBudget.flatMap(({ tooHeavy }) =>
      tooHeavy.flatMap(({ bundler, loaded }) => loaded.map((chunk) => `${bundler}: ${describeChunk(chunk)}`)),
    )
    return verdict(problems.length === 0, [...problems, ...details].join('\n'), note)
  },
}

/**
 * Writes a file for each entry, for the bundlers to begin with.
 *
 * @param {string} folder
 */
function writeSources(folder) {
  mkdirSync(folder, { recursive: true })
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => {
      const { code, without } = typeof entry === 'string' ? { code: entry, without: [] } : entry
      const input = join(folder, `${name}.js`)
      writeFileSync(input, code)
      const isWeighed = budgets.some((budget) => budget.entry === name)
      return [name, { input, external: [...libraries, ...without], isWeighed }]
    }),
  )
}

/**
 * @param {string} bundler
 * @param {Record<string, import('./bundlers/bundler.mjs').Source>} sources
 * @param {AbortSignal} signal
 * @returns {Promise<Record<string, Chunk[]>>}
 */
async function bundleAll(bundler, sources, signal) {
  const program = join(root, 'scripts/gates/bundlers/bundle-all.mjs')
  const { code, stdout, output } = await run(process.execPath, [program, bundler, JSON.stringify(sources)], {
    signal,
  })
  if (code !== 0) throw new Error(`${bundler} does not bundle the packages:\n${output}`)
  return JSON.parse(stdout)
}

/**
 * @param {(typeof bundlers)[number]} bundler
 * @param {readonly Chunk[]} chunks
 * @param {Pick<Budget, 'bytes' | 'isLoaded' | 'more'>} budget
 */
function weigh({ name, share, onDemand }, chunks, { bytes, isLoaded, more = {} }) {
  const loaded = loadedChunks(chunks, isLoaded)
  const measured = loaded.reduce((sum, chunk) => sum + chunk.bytes, 0)
  const loadsOnDemand = loaded.some(({ dynamicImports }) => dynamicImports.length > 0)
  const allowed = bytes * (1 + share) + (loadsOnDemand ? onDemand : 0) + (more[name] ?? 0)
  return {
    bundler: name,
    loaded,
    isFine: measured > 0 && measured <= allowed,
    text: `${kilobytes(measured)} of ${kilobytes(allowed)}`,
  }
}

/**
 * What a chunk weighs, and what is in it, the longest first.
 *
 * @param {Chunk} chunk
 */
function describeChunk({ fileName, bytes, modules }) {
  const parts = Object.entries(modules)
    .sort(([, a], [, b]) => b - a)
    .map(([path, length]) => `  ${shortPath(path)} ${length}`)
  return [`${fileName} ${kilobytes(bytes)}`, ...parts].join('\n')
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return (bytes / 1000).toFixed(2)
}
