import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readCommandLine, readNumber } from './command-line.mjs'
import { findBrowser } from './find-browser.mjs'
import { build } from './gates/build.mjs'
import { install } from './install.mjs'
import { readJson, root } from './root.mjs'
import { runTool } from './run.mjs'
import { createStop } from './stop.mjs'

/** Builds the packages, installs those of the peers, which nothing else needs, and measures all of them. */
const bench = join(root, 'bench')
const peers = join(bench, 'peers')
/** Odd, so that a median is one of the figures. */
const defaultRounds = '7'

const { rounds, help } = readCommandLine(parseArguments)
if (help) {
  console.log(`pnpm bench             every SDK, measured in ${defaultRounds} rounds; writes both READMEs and the charts
pnpm bench --rounds 3  sooner done, and the medians are worth less`)
  process.exit(0)
}

const { signal } = createStop()
install()
console.log('Building Latchkey, and installing what it is compared with …')
check(await build.run({ folder: bench, signal }))
const pnpm = readJson('package.json').packageManager
const installing = spawnSync(`npx --yes ${pnpm} install --frozen-lockfile`, {
  cwd: peers,
  shell: true,
  encoding: 'utf8',
  env: { ...process.env, CI: 'true' },
})
check({ failed: installing.status ?? 1, output: installing.stdout + installing.stderr })
const { code: failed, output } = await runTool('typescript', ['-p', peers], { signal })
check({ failed, output })

const browser = await findBrowser(signal)
const { status } = spawnSync(process.execPath, ['--import', 'tsx', 'src/main.ts', String(rounds)], {
  cwd: bench,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, LATCHKEY_BROWSER: browser },
})
if (status !== 0) process.exit(status ?? 1)
const formatted = await runTool('@biomejs/biome', ['format', '--write', 'README.md', 'bench/README.md'], {
  signal,
})
check({ failed: formatted.code, output: formatted.output })

/** @param {{ failed: number, output?: string }} result */
function check({ failed, output = '' }) {
  if (failed === 0) return
  console.error(output)
  process.exit(1)
}

function parseArguments() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: defaultRounds },
      help: { type: 'boolean', default: false },
    },
  })
  return { rounds: readNumber('--rounds', values.rounds, { atLeast: 1, isWhole: true }), help: values.help }
}
