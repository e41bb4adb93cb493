import { expect, it } from 'vitest'
import { sourceMapProblems } from './source-map-problems.mjs'

/** @param {Record<string, unknown>} files */
const problemsOf = (files) =>
  sourceMapProblems(Object.keys(files), (file) => {
    const content = files[file]
    return typeof content === 'object' ? JSON.stringify(content) : String(content ?? '')
  })

const source = { sources: ['../../src/keeper/keeper.ts'], sourcesContent: ['export {}'] }

it('wants a map with its source beside every file that was written in another language', () => {
  expect(problemsOf({ 'dist/a.js': '//# sourceMappingURL=a.js.map', 'dist/a.js.map': source })).toEqual([])
  expect(problemsOf({ 'dist/a.js': '//# sourceMappingURL=a.js.map' })).toEqual([
    'dist/a.js names a map that is not packed',
  ])
  expect(problemsOf({ 'dist/a.js': '', 'dist/a.js.map': { ...source, sourcesContent: [null] } })).toEqual([
    'dist/a.js.map holds no source',
  ])
})

it('lets no map name a folder of the machine that built it, and no types lead to sources that are not packed', () => {
  const map = { ...source, sources: ['/home/somebody/src/a.ts'] }
  expect(problemsOf({ 'dist/a.js': '', 'dist/a.js.map': map, 'dist/a.d.ts.map': source })).toEqual([
    'dist/a.d.ts.map leads to no source',
    'dist/a.js.map names /home/somebody/src/a.ts, which is no source of this package',
  ])
})
