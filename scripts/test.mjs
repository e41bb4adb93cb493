import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readCommandLine } from './command-line.mjs'
import { stages } from './gates/index.mjs'
import { install } from './install.mjs'
import { describeResult, describeTotals } from './report.mjs'
import { runGates } from './run-gates.mjs'
import { selectGates } from './select-gates.mjs'
import { createStop } from './stop.mjs'

const gates = stages.flat()
const { only, help, full, requireEngines, update } = readCommandLine(parseArguments)
if (help) {
  console.log(`npm test                       every gate
npm test -- --only unit,size   these gates, and those they need
npm test -- --full             what takes long too, as CI does
npm test -- --require-engines  fail, instead of skipping, where Firefox or WebKit is not installed
npm test -- --update           write what is packed to the lists that it is compared with
`)
  for (const { name, about } of gates) console.log(`  ${name.padEnd(10)} ${about}`)
  process.exit(0)
}

const { signal } = createStop()
install()

const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
try {
  const results = await runGates(
    stages,
    only,
    { folder, signal, full, requireEngines, update },
    (gate, result, elapsedMs) => {
      console.log(describeResult(gate.name, result, elapsedMs))
    },
  )
  if (signal.aborted) {
    results.push({ passed: 0, failed: 1, skipped: [`the rest, for the run was stopped: ${signal.reason}`] })
  }

  const ran = gates.filter((gate) => only.has(gate)).map(({ name }) => name)
  if (ran.length < gates.length) console.log(`\nOnly these gates ran: ${ran.join(', ')}`)
  console.log(describeTotals(results))
  process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function parseArguments() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      full: { type: 'boolean', default: false },
      'require-engines': { type: 'boolean', default: false },
      update: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  })
  const names = values.only?.split(/[\s,]+/) ?? gates.map(({ name }) => name)
  return {
    only: selectGates(gates, names),
    help: values.help,
    full: values.full,
    requireEngines: values['require-engines'],
    update: values.update,
  }
}
