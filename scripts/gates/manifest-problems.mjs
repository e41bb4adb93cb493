import { readJson } from '../root.mjs'

/**
 * @typedef {{ types?: string, default?: string }} Target
 *
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {string} [description]
 * @property {string[]} [keywords]
 * @property {string} [license]
 * @property {string} [type]
 * @property {false | string[]} [sideEffects]
 * @property {Record<string, string>} [engines]
 * @property {{ access?: string, provenance?: boolean }} [publishConfig]
 * @property {Record<string, string | Target>} exports
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [scripts]
 */

/** What each package brings along, to everybody who installs it. */
const dependencies = /** @type {Record<string, string[]>} */ ({
  '@latchkey/core': ['oauth4webapi'],
  '@latchkey/react': ['@latchkey/core'],
  '@latchkey/testing': [],
})

/**
 * What is wrong with a manifest as it is packed.
 *
 * @param {Manifest} manifest
 * @param {readonly string[]} files what is packed with it
 * @returns {string[]}
 */
export function manifestProblems(manifest, files) {
  const { license, engines } = readJson('package.json')
  const { version } = readJson('packages/core/package.json')
  const { name, sideEffects, publishConfig = {}, peerDependencies = {}, scripts = {} } = manifest
  const ours = Object.entries({ ...manifest.dependencies, ...peerDependencies }).filter(([each]) =>
    each.startsWith('@latchkey/'),
  )
  const expectations = {
    [`license is ${license}`]: manifest.license === license,
    'type is module': manifest.type === 'module',
    'description says what it is': Boolean(manifest.description),
    'keywords lead to it': (manifest.keywords ?? []).length > 0,
    [`engines is what is tested, ${JSON.stringify(engines)}`]:
      JSON.stringify(manifest.engines) === JSON.stringify(engines),
    'sideEffects tells bundlers what they may leave out': sideEffects !== undefined,
    'publishConfig lets everybody install it, and shows where it was built':
      publishConfig.access === 'public' && publishConfig.provenance === true,
    [`dependencies are ${(dependencies[name] ?? []).join(', ') || 'none'}`]:
      Object.keys(manifest.dependencies ?? {}).join() === (dependencies[name] ?? []).join(),
    'each of the others is wanted in the version that was built with it': ours.every(
      ([, range]) => range === manifest.version,
    ),
    [`version is that of the others, ${version}`]: manifest.version === version,
    'no script runs where it is installed': !Object.keys(scripts).some((script) =>
      /^(pre|post)?(install|prepare)$/.test(script),
    ),
  }
  return [
    ...Object.entries(expectations)
      .filter(([, isMet]) => !isMet)
      .map(([expectation]) => `package.json: ${expectation}, or should be`),
    ...[...exportedFiles(manifest), ...(sideEffects || [])]
      // The sources are for this repository alone.
      .filter((file) => !file.startsWith('./src/') && !files.includes(file.slice(2)))
      .map((file) => `package.json names ${file}, which is not packed`),
    ...Object.entries(manifest.exports)
      .filter(([path, target]) => path !== './package.json' && !isTyped(target))
      .map(([path]) => `package.json: the entry ${path} has no types of its own`),
  ]
}

/** @param {Manifest} manifest */
function exportedFiles({ exports }) {
  return Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  )
}

/** @param {string | Target} target */
function isTyped(target) {
  return typeof target !== 'string' && target.types === target.default?.replace(/\.js$/, '.d.ts')
}
