import type { IdpOptions } from './idp-options.ts'
import type { LoopbackServer } from './loopback-server.ts'
import { openLoopbackServer } from './loopback-server.ts'
import type { ServerName } from './request-log.ts'

/**
 * Opens the ports of all servers, or none.
 * @throws {PortTakenError} when one of them is in use.
 */
export async function openServers({
  host = 'localhost',
  port = 9400,
  apiPort = 9401,
  stockPort = apiPort === 0 ? 0 : 9402,
  paymentsPort = apiPort === 0 ? 0 : 9403,
  plainPort = apiPort === 0 ? 0 : 9404,
}: IdpOptions): Promise<Readonly<Record<ServerName, LoopbackServer>>> {
  const opened: LoopbackServer[] = []
  const open: typeof openLoopbackServer = async (where, setting) => {
    const server = await openLoopbackServer(where, setting)
    opened.push(server)
    return server
  }
  try {
    return {
      idp: await open({ host, port }, { option: 'port', variable: 'IDP_PORT' }),
      api: await open({ host: 'localhost', port: apiPort }, { option: 'apiPort', variable: 'API_PORT' }),
      stock: await open(
        { host: 'localhost', port: stockPort },
        { option: 'stockPort', variable: 'STOCK_PORT' },
      ),
      payments: await open(
        { host: 'localhost', port: paymentsPort },
        { option: 'paymentsPort', variable: 'PAYMENTS_PORT' },
      ),
      plain: await open(
        { host: 'localhost', port: plainPort },
        { option: 'plainPort', variable: 'PLAIN_PORT' },
      ),
    }
  } catch (error) {
    await Promise.all(opened.map(({ goDown }) => goDown()))
    throw error
  }
}
