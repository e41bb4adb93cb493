import type { IdpOptions } from './idp-options.ts'
import type { LoopbackServer, TakenPort } from './loopback-server.ts'
import { openLoopbackServer, PortTakenError } from './loopback-server.ts'
import type { ServerName } from './request-log.ts'
import { settings } from './settings.ts'

/**
 * Opens the ports of all servers, or none. The APIs follow the provider's port unless they have their own, so that
 * moving one moves all.
 * @throws {PortTakenError} when some are in use; it names each of them.
 */
export async function openServers({
  host = 'localhost',
  port = 9400,
  apiPort = port === 0 ? 0 : port + 1,
  stockPort = apiPort === 0 || port === 0 ? 0 : port + 2,
  paymentsPort = apiPort === 0 || port === 0 ? 0 : port + 3,
  plainPort = apiPort === 0 || port === 0 ? 0 : port + 4,
}: IdpOptions): Promise<Readonly<Record<ServerName, LoopbackServer>>> {
  const opened: LoopbackServer[] = []
  const taken: TakenPort[] = []
  const open = async (
    option: PortOption,
    where: Parameters<typeof openLoopbackServer>[0],
  ): Promise<LoopbackServer | undefined> => {
    try {
      const server = await openLoopbackServer(where, { option, variable: settings[option].variable })
      opened.push(server)
      return server
    } catch (error) {
      if (!(error instanceof PortTakenError)) throw error
      taken.push(...error.taken)
      return undefined
    }
  }
  try {
    const idp = await open('port', { host, port })
    const api = await open('apiPort', { host: 'localhost', port: apiPort })
    const stock = await open('stockPort', { host: 'localhost', port: stockPort })
    const payments = await open('paymentsPort', { host: 'localhost', port: paymentsPort })
    const plain = await open('plainPort', { host: 'localhost', port: plainPort })
    if (idp && api && stock && payments && plain) return { idp, api, stock, payments, plain }
    throw new PortTakenError(taken)
  } catch (error) {
    await Promise.all(opened.map(({ goDown }) => goDown()))
    throw error
  }
}

type PortOption = 'port' | 'apiPort' | 'stockPort' | 'paymentsPort' | 'plainPort'
