import type { IncomingMessage, ServerResponse } from 'node:http'

/** Lets the app's own origins, and no other, read this answer and the headers that are named. */
export function allowAppOrigins(
  request: IncomingMessage,
  response: ServerResponse,
  { appOrigins, exposedHeaders }: { appOrigins: readonly string[]; exposedHeaders: readonly string[] },
): void {
  response.setHeader('vary', 'origin')
  const { origin } = request.headers
  if (origin === undefined || !appOrigins.includes(origin)) return
  response.setHeader('access-control-allow-origin', origin)
  if (exposedHeaders.length > 0) {
    response.setHeader('access-control-expose-headers', exposedHeaders.join(', '))
  }
}

export function isPreflight(request: IncomingMessage): boolean {
  return request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
}

/** Answers a preflight whose origin `allowAppOrigins` has judged. */
export function answerPreflight(
  request: IncomingMessage,
  response: ServerResponse,
  methods = 'GET, POST',
): void {
  response.setHeader('access-control-allow-methods', methods)
  const headers = request.headers['access-control-request-headers']
  if (headers !== undefined) response.setHeader('access-control-allow-headers', headers)
  response.writeHead(204).end()
}
