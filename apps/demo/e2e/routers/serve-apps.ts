import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build, defaultClientConditions, type Rollup } from 'vite'

/** Small apps, one for each kind of router. */
export const routers = ['data-mode', 'hash', 'tanstack'] as const

const entryPoints = [
  new URL('./app/data-mode.tsx', import.meta.url),
  new URL('./app/hash.tsx', import.meta.url),
  new URL('./app/tanstack.tsx', import.meta.url),
].map((url) => fileURLToPath(url))

/** Serves one of the apps. */
export interface RouterApps {
  readonly url: string
  /** From then on it is this app, for this provider. */
  deploy(router: (typeof routers)[number], issuer: string): void
  stop(): Promise<void>
}

/** Builds the apps, and serves them on a free port. */
export async function serveRouterApps(): Promise<RouterApps> {
  const scripts = await bundle()
  let page = ''
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost')
    const script = scripts.get(pathname.slice(1))
    if (script !== undefined) return response.setHeader('content-type', 'text/javascript').end(script)
    if (pathname.includes('.')) return response.writeHead(404).end()
    response.setHeader('content-type', 'text/html').end(page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    deploy(router, issuer) {
      page =
        `<!doctype html><title>${router}</title><link rel="icon" href="data:,"><div id="root"></div>` +
        `<script>ISSUER = '${issuer}'</script><script type="module" src="/${router}.js"></script>`
    },
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function bundle(): Promise<Map<string, string>> {
  const { output } = (await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: 'error',
    resolve: { conditions: ['@latchkey/source', ...defaultClientConditions] },
    build: {
      write: false,
      rollupOptions: {
        input: entryPoints,
        output: { entryFileNames: '[name].js' },
      },
    },
  })) as Rollup.RollupOutput
  return new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code]] : [])))
}
