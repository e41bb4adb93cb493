import type { IncomingMessage, ServerResponse } from 'node:http'

/** A script that runs before a page's own, and posts what it has to tell to `tapPath`. */
export interface PageTap {
  readonly script: string
  hear(told: string): void
}

/** Where the script is, and where it tells what it hears. */
export const tapPath = '/tap.js'

/** Gives the script, or hears what it tells. */
export function answerTap(
  { script, hear }: PageTap,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    if (request.method === 'POST') hear(Buffer.concat(chunks).toString())
    response.setHeader('content-type', 'text/javascript; charset=utf-8')
    response.end(request.method === 'POST' ? '' : script)
  })
}

/** Puts the script before a page's own. */
export function tapPage(page: string): string {
  return page.replace('<head>', `<head><script src="${tapPath}"></script>`)
}

/** Lets the script tell what it hears, under a policy that may let nobody ask this server. */
export function allowTelling(policy: string): string {
  const telling = "connect-src 'self'"
  return policy.includes('connect-src') ? policy.replace('connect-src', telling) : `${policy}; ${telling}`
}
