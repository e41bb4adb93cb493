import { contents, loadedChunks } from './bundlers/chunk.mjs'

/** What may be too much, by the modules and packages it is in. */
const parts = {
  react: /^react(-dom)?(\/|$)/,
  'the SDK for React': /^@latchkey\/react\//,
  'the provider and the guards': /^@latchkey\/react\/dist\/(auth-provider|callback|require-auth)\.js$/,
  'the popup': /^@latchkey\/(core|react)\/dist\/popup\//,
  'the guards of React Router': /^@latchkey\/react\/dist\/router\/[^/]*$/,
  'the guards of TanStack Router': /^@latchkey\/react\/dist\/router\/tanstack\//,
  'the client': /^@latchkey\/core\/dist\/client\.js$/,
  'the engine': /^@latchkey\/core\/dist\/engine\.js$/,
  'the way to look for a session': /^@latchkey\/core\/dist\/restore\//,
  'the sign-in': /^@latchkey\/core\/dist\/sign-in\/(login|callback|pending)\.js$/,
  'the keeper in the page': /^@latchkey\/core\/dist\/keeper\/(page-keeper|memory|refresher)\.js$/,
  'the page’s side of the vault': /^@latchkey\/core\/dist\/keeper\/(vault|vault-link|with-fallback)\.js$/,
  'the inside of the vault':
    /^@latchkey\/core\/dist\/vault\/(index|instance|serve|page-port|sealed-send)\.js$/,
  DPoP: /^@latchkey\/core\/dist\/dpop\//,
  'limits of a session': /^@latchkey\/core\/dist\/session-limits\//,
  'the watch over the provider’s session': /^@latchkey\/core\/dist\/provider-session\//,
  'the low-level steps': /^@latchkey\/core\/dist\/steps\.js$/,
  adapters: /^@latchkey\/core\/dist\/adapters\//,
  'the protocol’s exchanges': /^@latchkey\/core\/dist\/protocol\/(discovery|code-grant|refresh-grant)\.js$/,
  oauth4webapi: /^oauth4webapi(\/|$)/,
  'the test client': /^@latchkey\/testing\/dist\/(create-test-auth|test-auth)\.js$/,
  'the fake provider': /^@latchkey\/testing\/dist\/provider\//,
  'the Playwright fixture': /^@latchkey\/testing\/dist\/playwright\//,
}

/** What needs no test whether it is named rightly, for nothing may ever want it. */
const libraries = {
  axios: /^axios(\/|$)/,
  ky: /^ky(\/|$)/,
  'TanStack Query': /^@tanstack\/(query-core|react-query)(\/|$)/,
  'React Router': /^react-router(-dom)?(\/|$)/,
  'TanStack Router': /^@tanstack\/(react-)?router/,
  Playwright: /^(@playwright\/test|playwright(-core)?)(\/|$)/,
}

/** @typedef {keyof typeof parts | keyof typeof libraries} Part */

/**
 * What an import may bring along. `not` holds before the app has run, and `never` for what it loads on demand too;
 * `only` names all the modules there may be, without their packages' folders.
 *
 * @typedef {{ entry: string, not?: readonly Part[], never?: readonly Part[], only?: RegExp }} Rule
 */

/** @type {readonly Part[]} */
const forPages = ['the client', 'the engine', 'the keeper in the page', 'the page’s side of the vault']
/** @type {readonly Part[]} */
const atWork = [
  'the engine',
  'the sign-in',
  'the way to look for a session',
  'the protocol’s exchanges',
  'oauth4webapi',
  'the keeper in the page',
  'the page’s side of the vault',
  'the inside of the vault',
  'limits of a session',
  'the watch over the provider’s session',
  'the low-level steps',
  'the popup',
  'DPoP',
  'adapters',
]
/** @type {readonly Part[]} */
const forAdapters = [
  ...forPages,
  ...atWork.filter((part) => part !== 'adapters'),
  'react',
  'the SDK for React',
]
/** @type {readonly Part[]} */
const others = ['axios', 'ky', 'TanStack Query', 'React Router', 'TanStack Router', 'Playwright']

/** @type {readonly Rule[]} */
const rules = [
  {
    entry: 'client',
    not: atWork,
    never: [
      'react',
      'the SDK for React',
      'the inside of the vault',
      'DPoP',
      'the popup',
      'the low-level steps',
      'adapters',
      ...others,
    ],
  },
  {
    entry: 'app',
    not: [...atWork, 'the guards of React Router', 'the guards of TanStack Router'],
    never: [
      'the inside of the vault',
      'DPoP',
      'the popup',
      'the guards of React Router',
      'the guards of TanStack Router',
      'the low-level steps',
      'adapters',
      ...others,
    ],
  },
  // What is hosted is in the worker, for good; of the guards it has what it imports.
  {
    entry: 'hosted-guarded',
    never: [...forPages, ...atWork, 'the guards of React Router', 'the guards of TanStack Router', ...others],
  },
  { entry: 'host', never: ['the popup', 'adapters', 'react', 'the SDK for React', ...others] },
  // esbuild looks at no less than a file, and the file of `isExpired` stands in the same index.
  { entry: 'errors', only: /^@latchkey\/core\/dist\/(errors|protocol\/token-set)\.js$/ },
  { entry: 'is-expired', only: /^@latchkey\/core\/dist\/(errors|protocol\/token-set)\.js$/ },
  {
    entry: 'steps',
    never: [
      ...forPages,
      'the way to look for a session',
      'the inside of the vault',
      'DPoP',
      'the popup',
      'adapters',
      'react',
    ],
  },
  {
    entry: 'use-auth',
    never: [
      ...forPages,
      ...atWork,
      'the provider and the guards',
      'the guards of React Router',
      'the guards of TanStack Router',
      ...others,
    ],
  },
  {
    entry: 'react',
    never: ['the popup', 'the guards of React Router', 'the guards of TanStack Router', ...others],
  },
  {
    entry: 'router',
    never: [
      ...forPages,
      ...atWork,
      'react',
      'the provider and the guards',
      'the guards of TanStack Router',
      ...others,
    ],
  },
  {
    entry: 'tanstack-router',
    never: [...forPages, ...atWork, 'react', 'the provider and the guards', ...others],
  },
  {
    entry: 'react-popup',
    never: [
      ...forPages,
      'oauth4webapi',
      'DPoP',
      'the provider and the guards',
      'the guards of React Router',
      'the guards of TanStack Router',
    ],
  },
  { entry: 'popup', never: [...forPages, 'oauth4webapi', 'the protocol’s exchanges', 'DPoP', 'react'] },
  { entry: 'dpop', never: [...forPages, 'oauth4webapi', 'the protocol’s exchanges', 'the popup', 'react'] },
  {
    entry: 'vault',
    never: [
      'the client',
      'the engine',
      'the page’s side of the vault',
      'the popup',
      'the sign-in',
      'the way to look for a session',
      'limits of a session',
      'react',
      'the SDK for React',
      'adapters',
    ],
  },
  {
    entry: 'silent-callback',
    only: /^@latchkey\/core\/dist\/(silent-callback|silent-answer|storage-keys)\.js$/,
  },
  { entry: 'front-channel-logout', never: [...forPages, ...atWork, 'react'] },
  // The adapter for axios is one of axios' own, which the app has; the others need nothing of their library.
  { entry: 'axios', never: [...forAdapters, ...others.filter((library) => library !== 'axios')] },
  { entry: 'ky', never: [...forAdapters, ...others] },
  { entry: 'tanstack-query', never: [...forAdapters, ...others] },
  {
    entry: 'test-client',
    never: [
      'the client',
      'the engine',
      'the keeper in the page',
      'the inside of the vault',
      'oauth4webapi',
      'the fake provider',
      'the Playwright fixture',
      'react',
      'the SDK for React',
      ...others,
    ],
  },
  { entry: 'provider', only: /^@latchkey\/testing\/dist\/(provider\/.*|test-user\.js)/ },
  { entry: 'playwright', only: /^@latchkey\/testing\/dist\/playwright\// },
  { entry: 'storybook', never: ['the fake provider', 'the Playwright fixture', 'oauth4webapi', ...others] },
]

/** @typedef {Readonly<Record<string, readonly import('./bundlers/chunk.mjs').Chunk[]>>} Bundles by their entry */

/**
 * Finds what imports bring along against the rules, in the module graph of a bundler.
 *
 * @param {Bundles} bundles
 * @param {readonly Rule[]} [checked]
 * @returns {string[]} sentences
 */
export function findPulled(bundles, checked = rules) {
  return checked.flatMap(({ entry, not = [], never = [], only }) => {
    const chunks = bundles[entry] ?? []
    const first = contents(loadedChunks(chunks, () => false))
    const ever = contents(loadedChunks(chunks, () => true))
    if (first.length === 0) return [`${entry} has no bundle.`]
    const foreign = ever.filter((path) => only && !only.test(path))
    return [
      ...not.flatMap((part) => namePulled(entry, 'at once', first, part)),
      ...never.flatMap((part) => namePulled(entry, 'in the end', ever, part)),
      ...foreign.map((path) => `${entry} pulls ${path}, which is none of it.`),
    ]
  })
}

/**
 * Finds the parts that are in no bundle, so that no rule about them could ever fail.
 *
 * @param {Bundles} bundles
 */
export function findUnknownParts(bundles) {
  const everything = Object.values(bundles).flatMap((chunks) => contents(chunks))
  return Object.entries(parts)
    .filter(([, pattern]) => !everything.some((path) => pattern.test(path)))
    .map(([part]) => `No bundle has ${part}, so nothing tells who pulls it: correct its pattern.`)
}

/**
 * @param {string} entry
 * @param {string} when
 * @param {readonly string[]} paths
 * @param {Part} part
 */
function namePulled(entry, when, paths, part) {
  const pulled = paths.filter((path) => ({ ...parts, ...libraries })[part].test(path))
  return pulled.length > 0 ? [`${entry} pulls ${part} ${when}: ${pulled.join(', ')}.`] : []
}
