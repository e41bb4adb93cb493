import type { Idp, IdpOptions } from '@latchkey/idp'
import { PortTakenError, startIdp } from '@latchkey/idp'
import { type DemoServer, startDemoServer } from './demo-server.ts'
import type { Secret } from './secrets/secret.ts'

/** What a test may wish of its servers. */
export interface ServerOptions {
  /** How long the provider's access tokens live. */
  readonly accessTokenSeconds: number
  /** The provider's name: on `127.0.0.1` it is another site to the demo, which is on `localhost`. */
  readonly providerHost: 'localhost' | '127.0.0.1'
  readonly restoresByRedirect: boolean
}

/** The demo, and the provider that it signs people in by. */
export interface Servers {
  readonly idp: Idp
  readonly demo: DemoServer
  /** What went between the two so far: it grows. */
  readonly passed: Secret[]
}

/** The servers of one worker: tests with the same wishes share them. */
export interface ServerPool {
  get(options: ServerOptions): Promise<Servers>
  stop(): Promise<void>
}

export const usualServers: ServerOptions = {
  accessTokenSeconds: 300,
  providerHost: 'localhost',
  restoresByRedirect: false,
}

/** Starts servers when they are first asked for: a worker, and the browser that it has, is much longer to start. */
export function createServerPool(): ServerPool {
  const running = new Map<string, Promise<Servers>>()
  return {
    get(options) {
      const key = JSON.stringify([
        options.accessTokenSeconds,
        options.providerHost,
        options.restoresByRedirect,
      ])
      const servers = running.get(key) ?? startServers(options)
      running.set(key, servers)
      return servers
    },
    async stop() {
      const all = await Promise.all(running.values())
      await Promise.all(all.flatMap(({ idp, demo }) => [idp.stop(), demo.stop()]))
    },
  }
}

async function startServers(options: ServerOptions): Promise<Servers> {
  const { accessTokenSeconds, providerHost: host, restoresByRedirect } = options
  const demo = await startDemoServer()
  const passed: Secret[] = []
  const onSecret = (secret: Secret) => passed.push(secret)
  const idp = await startProvider({ host, appOrigins: [demo.url], accessTokenSeconds, onSecret })
  const { issuer, apiUrl, stockUrl, paymentsUrl, plainUrl } = idp
  demo.deploy({ issuer, apiUrl, stockUrl, paymentsUrl, plainUrl, restoresByRedirect })
  return { idp, demo, passed }
}

/**
 * On a port that systems do not hand out by themselves: while the provider is down, nobody else must be given
 * its port.
 */
async function startProvider(options: IdpOptions): Promise<Idp> {
  const port = 20_000 + Math.floor(Math.random() * 10_000)
  try {
    return await startIdp({ ...options, port, apiPort: 0 })
  } catch (error) {
    if (error instanceof PortTakenError) return startProvider(options)
    throw error
  }
}
