import { fileURLToPath } from 'node:url'
import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

/** Nothing needs building: with this condition packages resolve to their sources, in pages and on servers. */
const source = '@latchkey/source'

/** React 18 in place of the one that is installed, with the libraries that render by it. */
const react18 = [
  {
    find: /^(react|react-dom|react-router-dom(-6)?|react-router-7|@tanstack\/react-(router|query)|@testing-library\/react)(?=\/|$)/,
    replacement: fileURLToPath(new URL('matrix/react-18/node_modules/$1', import.meta.url)),
  },
]

/** These change modules, React's among them, for whatever else runs in the same page. */
const alone = ['auth-context', 'debug-values'].map((name) => `packages/react/src/${name}.test.tsx`)

/** The tests of React's package in a page. Its sources are loaded once: they keep no state in their modules. */
function inReact(name: string, alias: typeof react18 = []): TestProjectInlineConfiguration[] {
  const page = { environment: 'happy-dom' as const, setupFiles: ['packages/react/test/setup.ts'] }
  return [
    {
      extends: true,
      resolve: { alias },
      test: {
        ...page,
        name,
        isolate: false,
        include: ['packages/react/src/**/*.test.{ts,tsx}'],
        exclude: ['**/*.node.test.{ts,tsx}', ...alone],
      },
    },
    { extends: true, resolve: { alias }, test: { ...page, name: `${name}, alone`, include: alone } },
  ]
}

/** A file's name says where it runs when that is not its folder's usual place. */
export default defineConfig({
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
  test: {
    // Property tests on a busy machine take their time; no test waits for it to pass.
    testTimeout: 60_000,
    // By default Vitest leaves one core to itself, and half of a small machine idle.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'core',
          environment: 'node',
          // Sources keep no state in their modules, and a test file costs a tenth where its imports are at hand.
          isolate: false,
          include: ['packages/core/src/**/*.test.ts'],
          exclude: ['**/*.dom.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'core in a page',
          environment: 'happy-dom',
          include: ['packages/core/src/**/*.dom.test.ts'],
        },
      },
      ...inReact('react'),
      {
        extends: true,
        test: {
          name: 'react on a server',
          environment: 'node',
          isolate: false,
          include: ['packages/react/src/**/*.node.test.{ts,tsx}'],
        },
      },
      ...inReact('react 18', react18),
      {
        extends: true,
        resolve: { alias: react18 },
        test: {
          name: 'react 18 on a server',
          environment: 'node',
          isolate: false,
          include: ['packages/react/src/**/*.node.test.{ts,tsx}'],
        },
      },
      {
        extends: true,
        test: {
          name: 'testing',
          environment: 'node',
          include: ['packages/testing/src/**/*.test.{ts,tsx}'],
          exclude: ['**/*.dom.test.{ts,tsx}'],
        },
      },
      ...(['happy-dom', 'jsdom'] as const).map((environment) => ({
        extends: true as const,
        test: {
          name: `testing in ${environment}`,
          environment,
          include: ['packages/testing/src/**/*.test.{ts,tsx}'],
          exclude: ['**/*.node.test.{ts,tsx}'],
        },
      })),
      {
        extends: true,
        test: { name: 'idp', environment: 'node', include: ['apps/idp/src/**/*.test.ts'] },
      },
      {
        extends: true,
        test: { name: 'scripts', environment: 'node', include: ['scripts/**/*.test.mjs'] },
      },
      {
        extends: true,
        test: { name: 'bench', environment: 'node', include: ['bench/src/**/*.test.ts'] },
      },
    ],
  },
})
