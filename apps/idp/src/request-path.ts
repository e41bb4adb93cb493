import type { IncomingMessage } from 'node:http'

/** The path without the query, which may hold codes and tokens. */
export function pathOf(request: IncomingMessage): string {
  const [path = '/'] = (request.url ?? '/').split('?')
  return path
}
