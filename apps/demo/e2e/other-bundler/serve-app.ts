import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** A small app of React and the SDK, without Vite. */
export interface OtherApp {
  readonly url: string
  /** Bundles the app, and serves it from then on. */
  deploy(addresses: Addresses): Promise<void>
  stop(): Promise<void>
}

/** Where the app finds its provider and its API. */
export interface Addresses {
  readonly issuer: string
  readonly apiUrl: string
}

const entryPoints = [
  new URL('./app/main.tsx', import.meta.url),
  // esbuild makes no worker of a `new SharedWorker(…)` by itself.
  new URL('./app/auth-vault.ts', import.meta.url),
  new URL('./app/hosted.tsx', import.meta.url),
  new URL('./app/counted-host.ts', import.meta.url),
  new URL('./app/auth-host.ts', import.meta.url),
  new URL('./app/silent-callback.ts', import.meta.url),
].map((url) => fileURLToPath(url))
const pages: Readonly<Record<string, string>> = {
  '/silent-callback.html': '<!doctype html><script type="module" src="/silent-callback.js"></script>',
}

/** As strict as the demo's, by what a response is for. Frames are those of the silent callback page. */
function policiesFor({ issuer, apiUrl }: Addresses) {
  const servers = `${issuer} ${apiUrl}`
  const own = "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'"
  return {
    page: `${own}; trusted-types other-app; img-src data:; connect-src 'self' ${servers}; frame-src 'self' ${issuer}; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    frame: `${own}; trusted-types 'none'; frame-ancestors 'self'`,
    // Of a worker: what it runs goes by this, and not by its page's.
    script: `${own}; trusted-types 'none'; connect-src ${servers}`,
  }
}

/** Serves what esbuild makes of it, on a free port. @param script `main`: with a vault. `hosted`: with a hosted client. */
export async function serveOtherApp(script: 'main' | 'hosted'): Promise<OtherApp> {
  const appPage = `<!doctype html><title>Another bundler</title><link rel="icon" href="data:," /><div id="root"></div><script type="module" src="/${script}.js"></script>`
  let scripts = new Map<string, Uint8Array>()
  let policies = policiesFor({ issuer: '', apiUrl: '' })
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost')
    const found = scripts.get(pathname)
    const kind = found ? 'script' : pathname in pages ? 'frame' : 'page'
    response.setHeader('content-security-policy', policies[kind])
    if (found) return response.setHeader('content-type', 'text/javascript').end(found)
    if (pathname.includes('.') && !(pathname in pages)) return response.writeHead(404).end()
    response.setHeader('content-type', 'text/html').end(pages[pathname] ?? appPage)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async deploy(addresses) {
      scripts = await bundle(addresses)
      policies = policiesFor(addresses)
    },
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** The worker and the silent callback are entry points of their own: what they share with the app is in chunks. */
async function bundle({ issuer, apiUrl }: Addresses): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints,
    outdir: '/',
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    jsx: 'automatic',
    minify: true,
    conditions: ['@latchkey/source'],
    define: {
      ISSUER: JSON.stringify(issuer),
      API: JSON.stringify(apiUrl),
      'process.env.NODE_ENV': '"production"',
    },
  })
  return new Map(outputFiles.map(({ path, contents }) => [path, contents]))
}
