import { readCommandLine } from './command-line.ts'
import { startIdp } from './start-idp.ts'

try {
  const idp = await startIdp(readCommandLine(process.argv.slice(2), process.env))
  // Before anybody hears that it is ready, and may want it to end.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void idp.stop())
  }
  console.log(`idp ready ${idp.issuer}`)
  console.log(`api ready ${idp.apiUrl}`)
  console.log(`stock ready ${idp.stockUrl}`)
  console.log(`payments ready ${idp.paymentsUrl}`)
  console.log(`plain ready ${idp.plainUrl}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
