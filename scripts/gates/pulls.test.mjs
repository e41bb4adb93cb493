import { expect, it } from 'vitest'
import { findPulled, findUnknownParts } from './pulls.mjs'

/** @type {import('./bundlers/chunk.mjs').Chunk} */
const nothing = {
  fileName: '',
  bytes: 1,
  isEntry: false,
  imports: [],
  dynamicImports: [],
  entered: [],
  modules: {},
}
const core = '/app/node_modules/@latchkey/core/dist'

const client = [
  { ...nothing, fileName: 'app.js', isEntry: true, imports: ['shared.js'], dynamicImports: ['engine.js'] },
  { ...nothing, fileName: 'shared.js', modules: { [`${core}/client.js`]: 10 } },
  {
    ...nothing,
    fileName: 'engine.js',
    imports: ['axios'],
    entered: [`${core}/engine.js`],
    modules: {
      [`${core}/engine.js`]: 10,
      '/app/node_modules/.pnpm/o/node_modules/oauth4webapi/build/index.js': 10,
    },
  },
]

it('lets an import load on demand what it must not bring along at once', () => {
  expect(findPulled({ client }, [{ entry: 'client', not: ['oauth4webapi', 'the engine'] }])).toEqual([])
})

it('names what an import brings along at once, in a chunk that it shares with others too', () => {
  expect(findPulled({ client }, [{ entry: 'client', not: ['the client'] }])).toEqual([
    'client pulls the client at once: @latchkey/core/dist/client.js.',
  ])
})

it('names what an import brings along in the end, and the libraries that it wants of the app', () => {
  expect(findPulled({ client }, [{ entry: 'client', never: ['oauth4webapi', 'axios', 'ky'] }])).toEqual([
    'client pulls oauth4webapi in the end: oauth4webapi/build/index.js.',
    'client pulls axios in the end: axios.',
  ])
})

it('names every module beside the ones that there may be', () => {
  expect(findPulled({ client }, [{ entry: 'client', only: /(client|engine)\.js$|^axios$/ }])).toEqual([
    'client pulls oauth4webapi/build/index.js, which is none of it.',
  ])
})

it('passes no import that was not bundled', () => {
  expect(findPulled({}, [{ entry: 'client' }])).toEqual(['client has no bundle.'])
})

it('says where a rule could never fail, because nothing has what it forbids', () => {
  const unknown = findUnknownParts({ client }).join('\n')
  expect(unknown).toContain('No bundle has DPoP')
  expect(unknown).not.toContain('oauth4webapi')
})
