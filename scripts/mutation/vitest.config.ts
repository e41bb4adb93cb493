import { defineConfig, type ViteUserConfig } from 'vitest/config'
import workspace from '../../vitest.workspace.ts'
import { keptThreads } from './kept-threads.mjs'
import { parts } from './parts.mjs'
import { QuickestFirst } from './quickest-first.mjs'

const { test: settings = {}, ...rest }: ViteUserConfig = workspace
const part = parts.find(({ name }) => name === process.env.LATCHKEY_MUTATION_PART)
if (!part) throw new Error('LATCHKEY_MUTATION_PART names no part. `pnpm mutate` sets it.')

/** With the versions of one machine; the others run the same files again. */
const names = [
  'core',
  'core in a page',
  'react',
  'react on a server',
  ...(part.alone ? ['react, alone'] : []),
]

/** These play thousands of rounds or cases, or look at the text of the sources, which mutants change. */
const unfit = [
  '**/*.fuzz.*',
  '**/*simulation*',
  '**/memory-interleavings*',
  '**/tabs-load*',
  '**/react/src/index.*',
]

const noMutant = 'scripts/mutation/no-mutant.mjs'

const shortWaits = 'packages/react/test/short-waits.ts'

/** The tests of one part, in the projects that they belong to. */
export default defineConfig({
  ...rest,
  plugins: [keptThreads],
  test: {
    ...settings,
    sequence: { sequencer: QuickestFirst },
    // Many a mutant makes a test wait for ever. These take a tenth of it at most, where nothing else is running.
    testTimeout: part.testTimeoutMs,
    projects: ((settings.projects ?? []) as ViteUserConfig[])
      .filter(({ test: { name } = {} }) => typeof name === 'string' && names.includes(name))
      .map((project) => {
        const { name = '', include = [], exclude = [], setupFiles = [] } = project.test ?? {}
        const isAlone = name === 'react, alone'
        return withTests(project, {
          include: isAlone ? include : include.flatMap((files) => onlyOf(part.tests, files)),
          exclude: [...exclude, ...unfit],
          setupFiles: [
            noMutant,
            ...setupFiles,
            ...(/^react(, alone)?$/.test(String(name)) ? [shortWaits] : []),
          ],
        })
      })
      .filter(({ test }) => test?.include?.length),
  },
})

function withTests(project: ViteUserConfig, test: ViteUserConfig['test']): ViteUserConfig {
  return { ...project, test: { ...project.test, ...test, maxWorkers: 1 } }
}

/** The files of a project that are among a part's. */
function onlyOf(tests: readonly string[], files: string): string[] {
  const [everywhere = '', suffix = ''] = files.split('**/*')
  return tests.filter((test) => test.startsWith(everywhere)).map((test) => `${test}${suffix}`)
}
