import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { allowTelling, answerTap, type PageTap, tapPage, tapPath } from './page-tap.ts'
import { openRelease, type ReleasedFiles } from './released-files.ts'

/** Where the demo finds its provider and its APIs. */
export interface Deployment {
  readonly issuer: string
  readonly apiUrl: string
  /** What the provider knows the API by. Default: its address. */
  readonly apiResource?: string
  /** The other servers. Default: where they are in development. */
  readonly stockUrl?: string
  readonly paymentsUrl?: string
  readonly plainUrl?: string
  /** See `restoreByRedirect`. Default: no. */
  readonly restoresByRedirect?: boolean
}

/** The built demo, served the way a careful static host would. */
export interface DemoServer {
  readonly url: string
  readonly port: number
  /** What the browser asked for, oldest first. */
  readonly requests: readonly DemoRequest[]
  clearRequests(): void
  /**
   * The provider must know this server's address first, so what to serve is told later. The returned function deploys
   * again what was served before.
   */
  deploy(deployment: Deployment): () => void
  /**
   * Serves the app as if it had been built anew: nothing is left under the old names. The returned function takes it
   * back.
   */
  release(): () => void
  /** Serves another text at a path, or 404 where there is none, until the returned function is called. */
  replace(path: string, text: string | undefined): () => void
  /** Serves the app's pages under another policy besides their own, until the returned function is called. */
  restrict(policy: string): () => void
  /** Serves all pages with one more header, the silent callback too, until the returned function is called. */
  addHeader(name: string, value: string): () => void
  /**
   * Serves all pages, those in frames too, and the vault with a script before their own, until the returned function is
   * called. What it asks for and tells is among no requests.
   */
  tap(tap: PageTap): () => void
  stop(): Promise<void>
}

/** One request, as it came. */
export interface DemoRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly referer: string | undefined
}

/** Pages that stand in frames: each does one thing and needs nothing else. Whose frames, is what the function says. */
const framedPages: Readonly<Record<string, (deployment: Deployment) => string>> = {
  '/silent-callback.html': () => "'self'",
  '/front-channel-logout.html': ({ issuer }) => issuer,
}

/** A worker goes by the policy that comes with its file, not by that of the page that starts it. */
const vault = '/auth-vault.js'

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Serves the demo on a free port of this machine's loopback address. */
export async function startDemoServer(): Promise<DemoServer> {
  const requests: DemoRequest[] = []
  const replaced = new Map<string, string | undefined>()
  const policies = new Set<string>()
  const headers = new Map<string, string>()
  let tap: PageTap | undefined
  let deployment: Deployment | undefined
  let releases = 0
  let files = openRelease(releases)
  const server = createServer((request, response) => {
    if (tap && request.url === tapPath) return answerTap(tap, request, response)
    requests.push({ method: request.method ?? '', url: request.url ?? '', referer: request.headers.referer })
    const path = request.url ?? ''
    for (const header of headers) response.setHeader(...header)
    if (!replaced.has(path)) void answer(request, response, { deployment, policies, files, tap })
    else answerWith(replaced.get(path), path, response)
  })
  // No request is to meet a connection that is just being closed for having been idle.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}`,
    port,
    requests,
    clearRequests() {
      requests.length = 0
    },
    deploy(where) {
      const before = deployment
      deployment = where
      return () => {
        deployment = before
      }
    },
    release() {
      const before = files
      releases += 1
      files = openRelease(releases)
      return () => {
        files = before
      }
    },
    replace(path, text) {
      replaced.set(path, text)
      return () => replaced.delete(path)
    },
    restrict(policy) {
      policies.add(policy)
      return () => policies.delete(policy)
    },
    addHeader(name, value) {
      headers.set(name, value)
      return () => headers.delete(name)
    },
    tap(next) {
      tap = next
      return () => {
        tap = undefined
      }
    },
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function answerWith(text: string | undefined, path: string, response: ServerResponse): void {
  if (text === undefined) response.writeHead(404).end()
  else response.writeHead(200, { 'content-type': contentTypes[extname(path)] }).end(text)
}

interface Served {
  readonly deployment: Deployment | undefined
  readonly policies: ReadonlySet<string>
  readonly files: ReleasedFiles
  readonly tap: PageTap | undefined
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { deployment, policies, files, tap }: Served,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const extension = extname(pathname)
  const isPage = extension === '' || extension === '.html'
  const restrictTo = (policy: string, ...others: readonly string[]): void => {
    response.setHeader('content-security-policy', [tap ? allowTelling(policy) : policy, ...others])
  }
  try {
    const framedBy = framedPages[pathname]
    const file = await files.read(isPage && !framedBy ? '/index.html' : pathname)
    response.setHeader(
      'content-type',
      contentTypes[isPage ? '.html' : extension] ?? 'application/octet-stream',
    )
    // Not `no-store`, which would keep pages out of the back/forward cache.
    response.setHeader('cache-control', 'no-cache')
    if (deployment && pathname === vault) restrictTo(vaultPolicy(deployment))
    if (!isPage) response.end(tap && pathname === vault ? `${tap.script};\n${file}` : file)
    else if (!deployment) response.writeHead(503).end()
    else {
      if (framedBy) restrictTo(framedPolicy(framedBy(deployment)))
      else restrictTo(contentSecurityPolicy(deployment), ...policies)
      if (framedBy && pathname !== '/silent-callback.html') response.setHeader('cache-control', 'no-store')
      const page = fillIn(file.toString(), deployment)
      response.end(tap ? tapPage(page) : page)
    }
  } catch {
    response.writeHead(404).end()
  }
}

/**
 * Every journey runs under it, so whatever breaks it fails a test. The SDK needs `connect-src`; for restoring in a hidden
 * frame `frame-src` (the provider, and the page that it comes back to); for the vault `worker-src` and, where Trusted
 * Types are enforced, the app's own policy for the worker's address.
 */
function contentSecurityPolicy(deployment: Deployment): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // The people's pictures are data.
    "img-src 'self' data:",
    `connect-src 'self' ${serversOf(deployment)}`,
    `frame-src 'self' ${deployment.issuer}`,
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types latchkey-demo',
  ].join('; ')
}

function framedPolicy(ancestors: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `frame-ancestors ${ancestors}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

/** All that the vault does is ask these. */
function vaultPolicy(deployment: Deployment): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `connect-src ${serversOf(deployment)}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

function serversOf({ issuer, apiUrl, stockUrl = '', paymentsUrl = '', plainUrl = '' }: Deployment): string {
  return [issuer, apiUrl, stockUrl, paymentsUrl, plainUrl].join(' ')
}

/** The built page names the addresses of development in its `<meta>` tags. */
function fillIn(
  page: string,
  { issuer, apiUrl, apiResource = apiUrl, stockUrl, paymentsUrl, plainUrl, restoresByRedirect }: Deployment,
): string {
  const values = {
    issuer,
    'api-url': apiUrl,
    'api-resource': apiResource,
    'stock-url': stockUrl,
    'payments-url': paymentsUrl,
    'plain-url': plainUrl,
    'restore-by-redirect': restoresByRedirect ? 'yes' : 'no',
  }
  return Object.entries(values).reduce(
    (filled, [name, value]) =>
      value === undefined
        ? filled
        : filled.replace(new RegExp(`(<meta name="latchkey-${name}" content=")[^"]*`), `$1${value}`),
    page,
  )
}
