import type { RequestListener, Server } from 'node:http'
import { createServer } from 'node:http'

/** A web server that only this machine can reach. */
export interface LoopbackServer {
  readonly port: number
  readonly url: string
  /** Nobody knows the port before this is called, so no request is missed. */
  serve(listener: RequestListener): void
  /** Stops listening and cuts open connections. */
  goDown(): Promise<void>
  /** Listens again on the same port. */
  comeUp(): Promise<void>
}

/** A port that another program listens on, and how people choose it. */
export interface TakenPort {
  readonly port: number
  readonly setting: PortSetting
}

/** Other programs listen on these ports: all of them, so that nobody learns of them one by one. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'
  readonly taken: readonly TakenPort[]

  constructor(taken: readonly TakenPort[]) {
    const assignments = taken.map(({ port, setting }) => `${setting.variable}=${port + 100}`)
    const options = taken.map(({ setting }) => `${setting.option}: 0`)
    super(
      `${taken.map(({ port }) => `Port ${port} is taken.`).join(' ')} ` +
        'Stop what listens there, or choose another port: ' +
        `${assignments.join(' ')} on the command line, ${options.join(', ')} (any free port) in startIdp().`,
    )
    this.taken = taken
  }
}

/** The option and the variable that choose a port, for the error that names them. */
export interface PortSetting {
  readonly option: string
  readonly variable: string
}

// `localhost` means both. With only one of them taken, browsers and Node may each reach another program.
const ipv4 = '127.0.0.1'
const ipv6 = '::1'

/** Two names for one machine, and to a browser two sites. The server answers to both; its URL has one. */
export type LoopbackHost = 'localhost' | '127.0.0.1'

/**
 * Opens the port; 0 takes a free one.
 * @throws {PortTakenError} when another program has it.
 */
export async function openLoopbackServer(
  { host, port }: { host: LoopbackHost; port: number },
  setting: PortSetting,
): Promise<LoopbackServer> {
  let listener: RequestListener = (_request, response) => {
    response.writeHead(503).end()
  }
  const answer: RequestListener = (request, response) => listener(request, response)

  let servers = await listenOnBoth(port, answer, setting)
  const actualPort = portOf(servers)

  return {
    port: actualPort,
    url: `http://${host}:${actualPort}`,
    serve(next) {
      listener = next
    },
    async goDown() {
      const open = servers
      servers = []
      await Promise.all(open.map(close))
    },
    async comeUp() {
      if (servers.length === 0) servers = await listenOnBoth(actualPort, answer, setting)
    },
  }
}

async function listenOnBoth(
  port: number,
  answer: RequestListener,
  setting: PortSetting,
): Promise<readonly Server[]> {
  for (;;) {
    const servers: Server[] = []
    try {
      servers.push(await listen(port, ipv4, answer))
      servers.push(await listen(portOf(servers), ipv6, answer))
      return servers
    } catch (error) {
      const code = codeOf(error)
      const hasNoIpv6 = servers.length === 1 && (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT')
      if (hasNoIpv6) return servers
      await Promise.all(servers.map(close))
      if (code !== 'EADDRINUSE') throw error
      // Any port will do, and this one is free on one of the two addresses only: try the next.
      if (port !== 0) throw new PortTakenError([{ port, setting }])
    }
  }
}

function listen(port: number, host: string, answer: RequestListener): Promise<Server> {
  const server = createServer(answer)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function portOf([server]: readonly Server[]): number {
  const address = server?.address()
  if (address === null || typeof address !== 'object') throw new Error('The server is not listening.')
  return address.port
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
