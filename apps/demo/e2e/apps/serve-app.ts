import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'

/** A built app, as a static host serves it. */
export interface ServedApp {
  readonly url: string
  /** The provider that its page names from then on. */
  deploy(issuer: string): void
  stop(): Promise<void>
}

/** Serves a folder on a free port, and the app's page for every other path. */
export async function serveApp(folder: string): Promise<ServedApp> {
  let issuer = ''
  const server = createServer(async ({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost')
    const file = extname(pathname) === '' ? 'index.html' : pathname
    try {
      const content = await readFile(join(folder, file), 'utf8')
      const isPage = file.endsWith('.html')
      response
        .setHeader('content-type', isPage ? 'text/html' : 'text/javascript')
        .end(isPage ? content.replace('https://id.example.com', issuer) : content)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    deploy(provider) {
      issuer = provider
    },
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
