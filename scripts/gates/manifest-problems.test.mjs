import { expect, it } from 'vitest'
import { readJson } from '../root.mjs'
import { manifestProblems } from './manifest-problems.mjs'

const { license, engines } = readJson('package.json')
const { version } = readJson('packages/core/package.json')
const files = ['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts']

/** @type {import('./manifest-problems.mjs').Manifest} */
const react = {
  name: '@latchkey/react',
  version,
  description: 'Components and hooks.',
  keywords: ['login'],
  license,
  type: 'module',
  sideEffects: false,
  engines,
  publishConfig: { access: 'public', provenance: true },
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  },
  dependencies: { '@latchkey/core': version },
}

it('finds nothing wrong with a manifest that tells it all', () => {
  expect(manifestProblems(react, files)).toEqual([])
})

it('names a dependency that nobody has looked at, and one of another version', () => {
  const dependencies = { '@latchkey/core': '9.9.9', lodash: '4.17.21' }
  expect(manifestProblems({ ...react, dependencies }, files)).toEqual([
    'package.json: dependencies are @latchkey/core, or should be',
    'package.json: each of the others is wanted in the version that was built with it, or should be',
  ])
})

it('names an entry that is not packed, one without types, and side effects of what is not there', () => {
  const exports = { '.': { types: './dist/index.d.ts', default: './dist/other.js' } }
  expect(manifestProblems({ ...react, exports, sideEffects: ['./dist/vault.js'] }, files)).toEqual([
    'package.json names ./dist/other.js, which is not packed',
    'package.json names ./dist/vault.js, which is not packed',
    'package.json: the entry . has no types of its own',
  ])
})

it('refuses a script that would run where the package is installed', () => {
  expect(manifestProblems({ ...react, scripts: { postinstall: 'node x.js' } }, files)).toHaveLength(1)
})
