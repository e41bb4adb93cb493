import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { DemoServer } from '../demo-server.ts'

/** A request that the vault has sent, and what was answered. */
export interface VaultExchange {
  readonly url: string
  readonly headers: string
  readonly body: string
  /** What the provider said. The API's answers are left to the page: they may come in pieces. */
  readonly answer: string
}

/** What the vault says to the provider, and to the API where it is sealed. */
export interface VaultTap {
  readonly exchanges: readonly VaultExchange[]
  stop(): Promise<void>
}

/** The tools of a test do not see a worker's requests, so the worker that is served tells of them itself. */
export async function tapVault(demo: DemoServer): Promise<VaultTap> {
  const exchanges: VaultExchange[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      exchanges.push(JSON.parse(Buffer.concat(chunks).toString()))
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const path = '/auth-vault.js'
  const worker = await (await fetch(demo.url + path)).text()
  demo.replace(path, `${worker}\n;(${tellOfRequests})('http://127.0.0.1:${port}')`)
  return {
    exchanges,
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** Runs in the worker, so it brings along all that it needs. */
function tellOfRequests(to: string): void {
  const send = globalThis.fetch
  globalThis.fetch = async (input, init) => {
    const isForApi = input instanceof Request
    const request = new Request(isForApi ? input.clone() : input, init)
    const answer = await send(input, init)
    const exchange = {
      url: request.url,
      headers: JSON.stringify([...request.headers]),
      body: await request.text(),
      answer: isForApi ? '' : await answer.clone().text(),
    }
    await send(to, { method: 'POST', mode: 'no-cors', body: JSON.stringify(exchange) })
    return answer
  }
}
