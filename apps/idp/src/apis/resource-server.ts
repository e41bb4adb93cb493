import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Authenticate, Caller } from '../access-token.ts'
import { challengeOf } from '../access-token.ts'
import { allowAppOrigins, answerPreflight, isPreflight } from '../cors.ts'
import { proofAlgorithms } from '../dpop-proof.ts'
import type { Handler } from '../handler.ts'
import { sendJson } from '../json-answer.ts'
import type { Nonces } from '../nonces.ts'
import type { People } from '../people.ts'
import type { Scheme } from '../refused-error.ts'
import { RefusedError, sendRefusal } from '../refused-error.ts'
import { pathOf } from '../request-path.ts'
import type { Demand } from './step-up.ts'
import { refuseStepUp, whatIsMissing } from './step-up.ts'

/** An API on an origin of its own: what it offers, and what it wants for that. */
export interface Api {
  readonly name: string
  /** What its access tokens may allow, in the words of the consent page. */
  readonly scopes: Readonly<Record<string, string>>
  /** How its tokens are sent. */
  readonly schemes: readonly [Scheme, ...Scheme[]]
  /** By method and path, as in `GET /orders`, or `DELETE /orders/*` for whatever lies one level below. */
  readonly endpoints: Readonly<Record<string, Endpoint>>
}

export interface Endpoint {
  /** The token must have it (RFC 6750 section 3.1, `insufficient_scope`). */
  readonly scope?: string
  /** How the person must have authenticated (RFC 9470). */
  readonly demand?: Demand
  answer(call: Call): Answer
}

export interface Call {
  readonly caller: Caller
  /** What the `*` in the endpoint's path stands for. */
  readonly id: string
}

export interface Answer {
  /** Default: 200. */
  readonly status?: number
  /** None: an empty answer. */
  readonly body?: unknown
}

export interface ResourceServerContext {
  /** Its identifier (RFC 8707) and its origin. */
  readonly url: string
  readonly issuer: string
  readonly authenticate: Authenticate
  readonly people: People
  readonly appOrigins: readonly string[]
  readonly nonces?: Nonces
}

/** Where a resource server describes itself (RFC 9728 section 3). */
const metadataPath = '/.well-known/oauth-protected-resource'

/** Serves an API, with `GET /me` for whoever wants to know what it sees in a token. */
export function createResourceServer(api: Api, context: ResourceServerContext): Handler {
  const { url, appOrigins, nonces } = context
  const endpoints: Api['endpoints'] = { 'GET /me': describeCaller(context.people), ...api.endpoints }
  const exposedHeaders = ['WWW-Authenticate', ...(nonces ? ['DPoP-Nonce'] : [])]
  const methods = [...new Set(Object.keys(endpoints).map((key) => key.split(' ')[0]))].join(', ')

  return async (request, response) => {
    allowAppOrigins(request, response, { appOrigins, exposedHeaders })
    if (isPreflight(request)) return answerPreflight(request, response, methods)
    try {
      await answer(request, response)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      sendRefusal(response, error, { resourceMetadata: url + metadataPath })
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request)
    if (request.method === 'GET' && path === metadataPath) {
      return sendJson(response, 200, buildMetadata(api, context))
    }
    if (request.method === 'GET' && path === '/') {
      return sendJson(response, 200, { name: api.name, protected: protectedPaths(endpoints) })
    }
    const found = findEndpoint(endpoints, request)
    if (!found.endpoint) {
      if (found.allowed.length === 0) return sendJson(response, 404, { error: 'not_found' })
      response.setHeader('allow', found.allowed.join(', '))
      return sendJson(response, 405, { error: 'method_not_allowed' })
    }
    const { endpoint, id } = found
    // RFC 9449 section 8.2: the next proof needs it, whatever becomes of this one.
    if (nonces) response.setHeader('dpop-nonce', nonces.current())
    const caller = await context.authenticate(request)
    checkPermission(caller, endpoint)
    const { status = 200, body } = endpoint.answer({ caller, id })
    if (body === undefined) response.writeHead(status).end()
    else sendJson(response, status, body)
  }
}

function checkPermission(caller: Caller, { scope, demand }: Endpoint): void {
  if (scope !== undefined && !caller.scopes.has(scope)) {
    throw new RefusedError({
      code: 'insufficient_scope',
      message: `This needs the scope ${scope}.`,
      challenges: [challengeOf(caller.scheme, { scope })],
    })
  }
  const missing = demand && whatIsMissing(caller, demand)
  if (demand && missing !== undefined) throw refuseStepUp(caller, demand, missing)
}

function findEndpoint(
  endpoints: Api['endpoints'],
  request: IncomingMessage,
): { endpoint: Endpoint | undefined; id: string; allowed: readonly string[] } {
  const path = pathOf(request)
  const [, parent = '', id = ''] = /^(.+)\/([^/]+)$/.exec(path) ?? []
  const paths = [path, `${parent}/*`]
  const keys = Object.keys(endpoints).filter((key) => paths.includes(key.split(' ')[1] ?? ''))
  const key = keys.find((candidate) => candidate.startsWith(`${request.method} `))
  return {
    endpoint: key === undefined ? undefined : endpoints[key],
    id,
    allowed: keys.map((allowed) => allowed.split(' ')[0] ?? ''),
  }
}

function protectedPaths(endpoints: Api['endpoints']): readonly string[] {
  return [...new Set(Object.keys(endpoints).map((key) => key.split(' ')[1] ?? ''))]
}

/** RFC 9728 section 2. */
function buildMetadata({ name, scopes, schemes }: Api, { url, issuer }: ResourceServerContext): object {
  return {
    resource: url,
    resource_name: name,
    authorization_servers: [issuer],
    scopes_supported: Object.keys(scopes),
    bearer_methods_supported: ['header'],
    ...(schemes.includes('DPoP') && {
      dpop_signing_alg_values_supported: proofAlgorithms,
      dpop_bound_access_tokens_required: !schemes.includes('Bearer'),
    }),
  }
}

function describeCaller(people: People): Endpoint {
  return {
    answer: ({ caller: { subject, clientId, scopes, expiresAt, acr, authorizationDetails } }) => ({
      body: {
        subject,
        name: people.findBySubject(subject)?.claims.name,
        clientId,
        scope: [...scopes].join(' '),
        expiresAt: new Date(expiresAt).toISOString(),
        acr,
        authorizationDetails,
      },
    }),
  }
}
