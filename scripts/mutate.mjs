import { parseArgs } from 'node:util'
import { readCommandLine, readNumber } from './command-line.mjs'
import { install } from './install.mjs'
import { parts } from './mutation/parts.mjs'
import { describeScores, scoreOf } from './mutation/scores.mjs'
import { root } from './root.mjs'

/** Where results, reports and the copies that are mutated are kept: git knows nothing of it. */
const folder = '.mutation'

const { chosen, concurrency, force, help } = readCommandLine(parseArguments)
if (help) {
  console.log(`pnpm mutate                    every part, one after another: hours
pnpm mutate protocol vault     these parts
pnpm mutate --concurrency 2    two at a time (1 when left out)
pnpm mutate --force            all again, also where neither a source nor its tests have changed

Parts: ${parts.map(({ name }) => name).join(', ')}
Survivors are listed in ${folder}/<part>.html; scripts/mutation/README.md says how to read them.`)
  process.exit(0)
}

install()
const { Stryker } = await import('@stryker-mutator/core')

process.chdir(root)
const scores = []
for (const { name, mutate, testTimeoutMs, atLeast } of chosen) {
  console.log(`\n${name}`)
  // Vitest's workers read it: which tests have to notice.
  process.env.LATCHKEY_MUTATION_PART = name
  // A test that waits in vain says so itself, before its time is over.
  process.env.LATCHKEY_TEST_PATIENCE_MS = String(testTimeoutMs * 0.8)
  const stryker = new Stryker({
    mutate: [...mutate],
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'scripts/mutation/vitest.config.ts', related: false },
    coverageAnalysis: 'perTest',
    concurrency,
    // On top of one and a half times as long as its tests took. What loading them takes is not counted, which is most of it
    // on a busy machine: a mutant that was slow would pass for one that was noticed.
    timeoutMS: 60_000,
    // Nothing but the packages and their settings is needed in the copy.
    ignorePatterns: ['/apps', '/bench', '/examples', '/packages/*/dist', `/${folder}`],
    incremental: true,
    incrementalFile: `${folder}/${name}.json`,
    force,
    tempDirName: `${folder}/${name}`,
    cleanTempDir: 'always',
    reporters: ['html', 'progress-append-only'],
    htmlReporter: { fileName: `${folder}/${name}.html` },
    thresholds: { high: 100, low: atLeast, break: atLeast },
    allowConsoleColors: false,
  })
  scores.push({ name, atLeast, ...scoreOf(await stryker.runMutationTest()) })
}

console.log(`\n${describeScores(scores)}`)

function parseArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      concurrency: { type: 'string', default: '1' },
      force: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  })
  const unknown = positionals.filter((name) => !parts.some((part) => part.name === name))
  if (unknown.length > 0) {
    throw new Error(
      `There is no part ${unknown.join(', ')}. There are: ${parts.map(({ name }) => name).join(', ')}.`,
    )
  }
  return {
    chosen: positionals.length > 0 ? parts.filter(({ name }) => positionals.includes(name)) : parts,
    concurrency: readNumber('--concurrency', values.concurrency, { atLeast: 1, isWhole: true }),
    force: values.force,
    help: values.help,
  }
}
