import { existsSync, readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import type { Clock } from './clock.ts'
import type { Network } from './network.ts'

/** A built app on an origin of its own. */
export interface AppServer {
  readonly url: string
  /** The files that browsers asked for so far, besides its page. */
  readonly files: Set<string>
  /** When a tab asked for a page, in milliseconds since the epoch, oldest first. */
  readonly navigations: number[]
  /** What stands beside the built files; empty where nothing does, such as an icon that a browser asks for. */
  extraFile(name: string): string
  /** Serves the app; before it, nobody knows the addresses that go into its page. */
  serve(what: { readonly values: object; readonly extraFiles: Record<string, string> }): void
  stop(): Promise<void>
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
}
const workers: readonly unknown[] = ['worker', 'sharedworker', 'serviceworker']

/** Serves a folder on a free port, as hosts of single-page apps do: with names that carry a hash cached for good. */
export async function startAppServer(folder: string, network: Network, clock: Clock): Promise<AppServer> {
  const files = new Set<string>()
  const navigations: number[] = []
  let served: Parameters<AppServer['serve']>[0] = { values: {}, extraFiles: {} }

  function answer(request: IncomingMessage): { type: string; body: string | Buffer } | undefined {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const name = pathname.slice(1)
    const extension = extname(name)
    if (extension === '') return { type: '.html', body: page('index.html') }
    files.add(name)
    const path = join(folder, name)
    const body = served.extraFiles[name] ?? (existsSync(path) ? readFileSync(path) : undefined)
    if (body === undefined) return undefined
    const isWorker = workers.includes(request.headers['sec-fetch-dest'])
    return { type: extension, body: isWorker ? clock.script() + body : body }
  }

  function page(name: string): string {
    const script = `${clock.script()}window.bench = ${JSON.stringify({ ...served.values, renders: 0 })}`
    return readFileSync(join(folder, name), 'utf8').replace('<head>', `<head><script>${script}</script>`)
  }

  const server = createServer((request, response) => {
    if (isNavigation(request)) navigations.push(Date.now())
    network.before(() => {
      const found = answer(request)
      if (!found) return void response.writeHead(404).end()
      const isHashed = request.url?.startsWith('/assets/') && !/auth-(vault|host)/.test(request.url)
      response.setHeader('content-type', contentTypes[found.type] ?? 'application/octet-stream')
      response.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      response.end(found.body)
    })(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    files,
    navigations,
    extraFile: (name) => served.extraFiles[name] ?? '',
    serve(what) {
      served = what
    },
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** A page for a tab, not for a frame. Behind a service worker it is not asked for as a document. */
function isNavigation({ url = '/', headers }: IncomingMessage): boolean {
  return extname(new URL(url, 'http://localhost').pathname) === '' && headers['sec-fetch-dest'] !== 'iframe'
}
