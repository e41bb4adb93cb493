import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Idp } from '@latchkey/idp'
import type { DemoServer } from './demo-server.ts'

/** An API that answers any request as slowly as a test likes. */
export interface PacedApi {
  readonly url: string
  /** The next request that comes, or that has come and was not taken yet. */
  nextCall(): Promise<PacedCall>
  stop(): Promise<void>
}

/** A request whose answer begins with the first piece of its body. */
export interface PacedCall {
  readonly authorization: string | undefined
  give(text: string): void
  end(): void
  /** Once the connection is over before the answer is. */
  readonly isGivenUp: () => boolean
}

/** A fixture: the demo's API, in place of the provider's own. */
export async function usePacedApi(
  { idp, demo }: { idp: Idp; demo: DemoServer },
  use: (api: PacedApi) => Promise<void>,
): Promise<void> {
  const api = await startPacedApi()
  demo.deploy({ issuer: idp.issuer, apiUrl: api.url, apiResource: idp.apiUrl })
  await use(api)
  await api.stop()
}

/** Starts it on a free port of this machine's loopback address. Every origin may ask, and send a token. */
async function startPacedApi(): Promise<PacedApi> {
  const waiting: PacedCall[] = []
  let arrived = (): void => undefined
  const server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('access-control-allow-headers', 'authorization')
    if (request.method === 'OPTIONS') return response.writeHead(204).end()
    waiting.push(createCall(request.headers.authorization, response))
    arrived()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async nextCall() {
      for (;;) {
        const call = waiting.shift()
        if (call) return call
        await new Promise<void>((resolve) => {
          arrived = resolve
        })
      }
    },
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function createCall(authorization: string | undefined, response: ServerResponse): PacedCall {
  // A browser that may guess the type waits for enough of the text.
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  response.setHeader('x-content-type-options', 'nosniff')
  return {
    authorization,
    give: (text) => response.write(text),
    end: () => response.end(),
    isGivenUp: () => response.destroyed && !response.writableFinished,
  }
}
