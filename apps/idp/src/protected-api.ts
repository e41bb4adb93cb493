import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Authenticate, Caller } from './access-token.ts'
import { allowAppOrigins, answerPreflight, isPreflight } from './cors.ts'
import type { Handler } from './handler.ts'
import { sendJson } from './json-answer.ts'
import { findUserBySubject } from './people-and-clients.ts'
import { pathOf } from './request-path.ts'
import { sendUnauthorized, UnauthorizedError } from './unauthorized.ts'

/** A small API on its own origin: what an app calls once somebody has signed in. */
export function createProtectedApi({
  authenticate,
  appOrigins,
}: {
  authenticate: Authenticate
  appOrigins: readonly string[]
}): Handler {
  return async (request, response) => {
    allowAppOrigins(request, response, { appOrigins, exposedHeaders: ['WWW-Authenticate'] })
    if (isPreflight(request)) return answerPreflight(request, response)
    await answer(request, response, authenticate)
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  authenticate: Authenticate,
): Promise<void> {
  if (request.method !== 'GET') {
    response.setHeader('allow', 'GET')
    return sendJson(response, 405, { error: 'method_not_allowed' })
  }
  const path = pathOf(request)
  if (path === '/') return sendJson(response, 200, { name: 'Latchkey orders', protected: ['/me', '/orders'] })

  const endpoint = protectedEndpoints[path]
  if (!endpoint) return sendJson(response, 404, { error: 'not_found' })
  try {
    sendJson(response, 200, endpoint(await authenticate(request)))
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error
    sendUnauthorized(response, error)
  }
}

const protectedEndpoints: Readonly<Record<string, (caller: Caller) => unknown>> = {
  '/me': ({ subject, clientId, scopes, expiresAt }) => ({
    subject,
    name: findUserBySubject(subject)?.claims.name,
    clientId,
    scope: [...scopes].join(' '),
    expiresAt: new Date(expiresAt).toISOString(),
  }),
  '/orders': () => ({ orders }),
}

const orders = [
  { id: 'A-1001', item: 'Brass key', quantity: 2, total: '18.00 EUR', placedOn: '2026-03-02' },
  { id: 'A-1002', item: 'Door latch', quantity: 1, total: '42.50 EUR', placedOn: '2026-05-17' },
  { id: 'A-1003', item: 'Key ring', quantity: 5, total: '12.25 EUR', placedOn: '2026-08-30' },
]
