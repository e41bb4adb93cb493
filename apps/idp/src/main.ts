import { readCommandLine } from './command-line.ts'
import { asksForHelp, buildHelp } from './command-line-help.ts'
import { startIdp } from './start-idp.ts'

const flags = process.argv.slice(2)
try {
  if (asksForHelp(flags)) console.log(buildHelp())
  else await start()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function start(): Promise<void> {
  const idp = await startIdp(readCommandLine(flags, process.env))
  // Before anybody hears that it is ready, and may want it to end.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void idp.stop())
  }
  console.log(`idp ready ${idp.issuer}`)
  console.log(`api ready ${idp.apiUrl}`)
  console.log(`stock ready ${idp.stockUrl}`)
  console.log(`payments ready ${idp.paymentsUrl}`)
  console.log(`plain ready ${idp.plainUrl}`)
}
