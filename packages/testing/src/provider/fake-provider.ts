import type { User } from '@latchkey/core'
import { testUser } from '../test-user.ts'
import { emptyAnswer, jsonAnswer, pageAnswer, preflightAnswer } from './answers.ts'
import { answerAuthorization } from './authorization.ts'
import { createClients, type FakeClient } from './clients.ts'
import { answerEndSession } from './end-session.ts'
import { createEndpoints } from './endpoints.ts'
import { createFaults, type Endpoint, type Fault, faultAnswer, type HeldRequest } from './faults.ts'
import { createGrants, type TokenDescription } from './grants.ts'
import { buildMetadata } from './metadata.ts'
import { createProviderSession } from './provider-session.ts'
import { createPushedRequests } from './pushed-requests.ts'
import { createSigningKeys, type SigningAlgorithm } from './signing-keys.ts'
import { answerToken, type RefreshTokens } from './token.ts'
import { answerUserInfo } from './user-info.ts'

/** How a fake provider is set up. Everything has a default. */
export interface FakeProviderOptions {
  /** Default: `https://id.example.com`. A path is fine. */
  readonly issuer?: string
  /** Default: every client id and every redirect URI is registered. */
  readonly clients?: readonly FakeClient[]
  /** Who may sign in; the first one does. Default: `testUser`. What they hold are the claims of their ID tokens. */
  readonly users?: readonly User[]
  /** Milliseconds since the epoch. Default: `Date.now`. `advance` adds to it. */
  readonly now?: () => number
  /** Default: `ES256`. */
  readonly signingAlgorithm?: SigningAlgorithm
  /** Default: 300. */
  readonly accessTokenLifetimeSeconds?: number
  /** `rotating` (the default): each is good once, and a second time ends the session. */
  readonly refreshTokens?: RefreshTokens
}

/** A request as the provider saw it. */
export interface SeenRequest {
  readonly endpoint: Endpoint | undefined
  readonly method: string
  readonly url: string
  /** The parameters, of the query or of the body. They hold secrets. */
  readonly parameters: URLSearchParams
}

/** An OpenID provider as one function from request to response. */
export interface FakeProvider {
  readonly issuer: string
  /** Answers every request. Where nobody is to answer, with `Response.error()`, as service workers and MSW do. */
  handle(request: Request): Promise<Response>
  /** The same as a `fetch`: it rejects where nobody is to answer, and when the signal aborts. */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>
  /** Goes to the authorization or the end-session endpoint as a browser does. @returns where that is sent */
  visit(url: string | URL): Promise<string>
  /** From now on it is this person who signs in, at once if nobody is asked. */
  signIn(user: User): void
  /** Ends the provider's own session: `prompt=none` is refused. Tokens stay good. */
  signOut(): void
  /** Takes back every token, as an administrator would: the next refresh is refused. */
  revokeAll(): void
  /** Lets time pass for the provider, in milliseconds: tokens and codes expire. */
  advance(ms: number): void
  /** Signs with another key from now on. Default: the old one is no longer published. */
  rotateKeys(options?: { readonly keepOld?: boolean }): void
  failNext(endpoint: Endpoint, fault: Fault): void
  holdNext(endpoint: Endpoint): HeldRequest
  /** What an API would learn of an access token; undefined where it is not good. */
  introspect(accessToken: string): TokenDescription | undefined
  /** The metadata document, open to change. */
  readonly metadata: Record<string, unknown>
  /** What ID tokens say beside, or instead, from now on; undefined leaves a claim out. */
  idTokenClaims: Readonly<Record<string, unknown>>
  /** Every request, oldest first. */
  readonly requests: readonly SeenRequest[]
  /** How often a refresh token came that had been exchanged. */
  reuses(): number
}

/**
 * Makes an OpenID provider that lives in the test: real signatures, PKCE, rotation, a clock, and faults on demand.
 *
 * @example
 * ```ts
 * import { createFakeProvider } from '@latchkey/testing/provider'
 *
 * const provider = createFakeProvider({ issuer: 'https://id.example.com' })
 * const response = await provider.fetch('https://id.example.com/.well-known/openid-configuration')
 * provider.failNext('token', { status: 503, retryAfterSeconds: 5 })
 * ```
 */
export function createFakeProvider(options: FakeProviderOptions = {}): FakeProvider {
  const { issuer = 'https://id.example.com', now = Date.now, users = [testUser] } = options
  const { accessTokenLifetimeSeconds = 300, refreshTokens = 'rotating' } = options
  let advancedMs = 0
  const nowSeconds = (): number => (now() + advancedMs) / 1000
  const endpoints = createEndpoints(issuer)
  const clients = createClients(options.clients)
  const grants = createGrants({ nowSeconds, accessTokenLifetimeSeconds })
  const session = createProviderSession(users, nowSeconds)
  const signingAlgorithm = options.signingAlgorithm ?? 'ES256'
  const keys = createSigningKeys(signingAlgorithm)
  const faults = createFaults()
  const pushed = createPushedRequests(clients, nowSeconds)
  const requests: SeenRequest[] = []
  const context = {
    issuer,
    clients,
    grants,
    session,
    keys,
    nowSeconds,
    accessTokenLifetimeSeconds,
    refreshTokens,
  }

  const provider: FakeProvider = {
    issuer,
    metadata: buildMetadata(issuer, endpoints, signingAlgorithm),
    idTokenClaims: {},
    requests,
    reuses: grants.reuses,

    async handle(request) {
      const { href, pathname, searchParams } = new URL(request.url)
      if (request.method === 'OPTIONS') return preflightAnswer()
      const isForm = request.method === 'POST'
      const parameters = isForm ? new URLSearchParams(await request.text()) : searchParams
      const endpoint = endpoints.find(href)
      requests.push({ endpoint, method: request.method, url: href, parameters })
      if (!endpoint) return pageAnswer(404, `There is nothing at ${pathname}.`)
      const fault = await faults.take(endpoint)
      const isRefusal = endpoint === 'authorization' && typeof fault === 'object' && 'error' in fault
      if (fault && !isRefusal) return faultAnswer(fault)
      return answer(endpoint, request, parameters, fault)
    },

    async fetch(input, init) {
      const request = new Request(input, init)
      const { signal } = request
      signal.throwIfAborted()
      const response = await new Promise<Response>((resolve, reject) => {
        // It is the request's own signal, and goes with it: nothing is left on that of whoever asks.
        signal.addEventListener('abort', () => reject(signal.reason))
        provider.handle(request).then(resolve, reject)
      })
      if (response.type === 'error') throw new TypeError('Failed to fetch')
      return response
    },

    async visit(url) {
      const response = await provider.fetch(url)
      const location = response.headers.get('location')
      if (location) return location
      throw new Error(
        `The provider shows a page instead of sending the browser back: ${await response.text()}`,
      )
    },

    signIn(user) {
      session.choose(user)
      session.signIn()
    },
    signOut: session.signOut,
    revokeAll: () => grants.revokeSession(),
    advance(ms) {
      advancedMs += ms
    },
    rotateKeys: ({ keepOld = false } = {}) => keys.rotate({ isOldKept: keepOld }),
    failNext: faults.failNext,
    holdNext: faults.holdNext,
    introspect: grants.describe,
  }

  async function answer(
    endpoint: Endpoint,
    request: Request,
    parameters: URLSearchParams,
    fault: Fault | undefined,
  ): Promise<Response> {
    switch (endpoint) {
      case 'discovery':
        return jsonAnswer(200, provider.metadata)
      case 'authorization':
        return authorize(parameters, fault)
      case 'pushed_authorization':
        return pushed.push(parameters)
      case 'token':
        return answerToken({ ...context, idTokenClaims: () => provider.idTokenClaims }, parameters)
      case 'jwks':
        return jsonAnswer(200, await keys.published())
      case 'userinfo':
        return answerUserInfo(grants, request)
      case 'revocation':
        grants.revoke(parameters.get('token') ?? '')
        return emptyAnswer(200)
      case 'end_session':
        return answerEndSession(context, parameters)
    }
  }

  /** RFC 9126 §4, §5. */
  function authorize(query: URLSearchParams, fault: Fault | undefined): Response {
    if (provider.metadata.require_pushed_authorization_requests && !query.has('request_uri')) {
      return pageAnswer(400, 'Only requests that were pushed are taken.')
    }
    const asked = pushed.resolve(query)
    return asked
      ? answerAuthorization(context, asked, fault)
      : pageAnswer(400, 'The request_uri is unknown, expired, or was used before.')
  }

  return provider
}
