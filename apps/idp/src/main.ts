import { readCommandLine } from './command-line.ts'
import { startIdp } from './start-idp.ts'

try {
  const idp = await startIdp(readCommandLine(process.argv.slice(2), process.env))
  console.log(`idp ready ${idp.issuer}`)
  console.log(`api ready ${idp.apiUrl}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void idp.stop())
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
