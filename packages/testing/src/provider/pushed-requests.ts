import { errorAnswer, jsonAnswer } from './answers.ts'
import type { Clients } from './clients.ts'

/** Authorization requests that clients have handed over, before anybody comes with them (RFC 9126). */
export interface PushedRequests {
  /** Takes a request in, and answers with its name (§2.2). */
  push(form: URLSearchParams): Response
  /** What was pushed under the `request_uri` of this query, once; the query itself where it has none. */
  resolve(query: URLSearchParams): URLSearchParams | undefined
}

const lifetimeSeconds = 60

/** Makes {@link PushedRequests}. */
export function createPushedRequests(clients: Clients, nowSeconds: () => number): PushedRequests {
  const pushed = new Map<string, { readonly form: URLSearchParams; readonly expiresAt: number }>()

  return {
    push(form) {
      const clientId = form.get('client_id') ?? ''
      if (!clients.isKnown(clientId)) return errorAnswer('invalid_client', 'There is no such client.', 401)
      if (form.has('request_uri')) return errorAnswer('invalid_request', 'A request_uri cannot be pushed.')
      if (!clients.isRedirectUri(clientId, form.get('redirect_uri') ?? '')) {
        return errorAnswer('invalid_request', 'The redirect_uri is not registered.')
      }
      const requestUri = `urn:ietf:params:oauth:request_uri:${crypto.randomUUID()}`
      pushed.set(requestUri, { form, expiresAt: nowSeconds() + lifetimeSeconds })
      return jsonAnswer(201, { request_uri: requestUri, expires_in: lifetimeSeconds })
    },
    resolve(query) {
      const requestUri = query.get('request_uri')
      if (requestUri === null) return query
      const found = pushed.get(requestUri)
      pushed.delete(requestUri)
      const isGood =
        found && found.expiresAt > nowSeconds() && found.form.get('client_id') === query.get('client_id')
      return isGood ? found.form : undefined
    },
  }
}
