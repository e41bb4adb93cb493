import { join } from 'node:path'
import { install } from './install.mjs'
import { describeTakenPorts } from './ports.mjs'
import { root } from './root.mjs'
import { run } from './run.mjs'
import { startService, untilAnswering, untilReady } from './service.mjs'
import { createStop } from './stop.mjs'
import { describeWhereItRuns } from './where-it-runs.mjs'

const stop = createStop()
const { signal } = stop
install()

const providerPort = readPort('IDP_PORT', 9400)
const ports = {
  DEMO_PORT: readPort('DEMO_PORT', 5173),
  IDP_PORT: providerPort,
  // Moving the provider moves what belongs to it, as it does where the provider is started by itself.
  API_PORT: readPort('API_PORT', providerPort + 1),
  STOCK_PORT: readPort('STOCK_PORT', providerPort + 2),
  PAYMENTS_PORT: readPort('PAYMENTS_PORT', providerPort + 3),
  PLAIN_PORT: readPort('PLAIN_PORT', providerPort + 4),
}
const taken = await describeTakenPorts(ports)
if (taken) {
  console.error(taken)
  process.exit(1)
}

const idpFolder = join(root, 'apps/idp')
const demoFolder = join(root, 'apps/demo')
const demoUrl = `http://localhost:${ports.DEMO_PORT}`

/** @type {import('./service.mjs').Service[]} */
const services = []
try {
  console.log('Starting the provider and the demo …')
  const portsAsText = Object.entries(ports).map(([variable, port]) => [variable, String(port)])
  const provider = start('provider', ['--import', 'tsx', 'src/main.ts'], idpFolder, {
    APP_ORIGIN: demoUrl,
    ...Object.fromEntries(portsAsText),
  })
  const [issuer, apiUrl, stockUrl, paymentsUrl, plainUrl, users] = await Promise.all([
    untilReady(provider, 'idp', signal),
    untilReady(provider, 'api', signal),
    untilReady(provider, 'stock', signal),
    untilReady(provider, 'payments', signal),
    untilReady(provider, 'plain', signal),
    readUsers(),
  ])
  const vite = ['node_modules/vite/bin/vite.js', '--strictPort', '--port', String(ports.DEMO_PORT)]
  start('demo', vite, demoFolder, {
    VITE_ISSUER: issuer,
    VITE_API_URL: apiUrl,
    VITE_STOCK_URL: stockUrl,
    VITE_PAYMENTS_URL: paymentsUrl,
    VITE_PLAIN_URL: plainUrl,
  })
  const servers = {
    Demo: demoUrl,
    Provider: issuer,
    'Orders API': apiUrl,
    'Stock API': stockUrl,
    'Payments API': paymentsUrl,
    'Photo Shelf': `${plainUrl} (a plain OAuth 2.0 server and its API)`,
  }
  await Promise.all(
    [demoUrl, issuer, apiUrl, stockUrl, paymentsUrl, plainUrl].map((url) => untilAnswering(url, signal)),
  )
  console.log(describeWhereItRuns({ servers, users }))
} catch (error) {
  if (!signal.aborted) fail(error instanceof Error ? error.message : String(error))
}
await Promise.all(services.map(({ ended }) => ended))

/**
 * @param {string} variable
 * @param {number} fallback
 */
function readPort(variable, fallback) {
  const port = Number(process.env[variable] || fallback)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  console.error(`${variable} must be a port number; it is "${process.env[variable]}".`)
  process.exit(1)
}

/**
 * Starts a service that is to run until everything is stopped.
 *
 * @param {string} name
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {Record<string, string>} env
 */
function start(name, args, cwd, env) {
  const service = startService(name, args, { cwd, env, signal })
  services.push(service)
  service.ended.then(() => {
    if (!signal.aborted) fail(`The ${name} has ended by itself.`)
  })
  return service
}

/**
 * Ends everything, and shows what the services wrote.
 *
 * @param {string} message
 */
function fail(message) {
  stop.abort()
  process.exitCode = 1
  for (const { name, output } of services) console.error(`--- ${name} ---\n${output().trim()}\n`)
  console.error(message)
}

/** Who can sign in at the provider, as `name / password`. */
async function readUsers() {
  const script = `
    import { users } from './src/index.ts'
    console.log(JSON.stringify(users.map(({ username, password }) => username + ' / ' + password)))`
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script]
  const { code, stdout, output } = await run(process.execPath, args, { cwd: idpFolder, signal })
  if (code !== 0) throw new Error(`The provider does not tell its users:\n${output}`)
  return /** @type {string[]} */ (JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
}
