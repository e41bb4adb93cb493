import type { JWTPayload } from 'jose'
import { sha256 } from '../../testing/src/provider/base64url.ts'
import { createSigningKeys } from '../../testing/src/provider/signing-keys.ts'
import { abortable } from '../src/abortable.ts'
import { providerMetadata } from './provider-metadata.ts'

/** What the token endpoint is about to answer; a test changes it. */
export interface TokenAnswer {
  status: number
  headers: Record<string, string>
  /** Sent as JSON unless it is a string. */
  body: Record<string, unknown> | string
}

/** A request as the provider saw it. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly form: URLSearchParams
  readonly init: RequestInit
}

/** An OpenID provider as one `fetch`: real keys, real signatures, rotating refresh tokens, and whatever fault a test wants. */
export interface FakeProvider {
  readonly issuer: string
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly seen: SeenRequest[]
  /** The metadata document, open to change. */
  readonly metadata: Record<string, unknown>
  /** Claims of the next ID tokens; undefined removes one. */
  claims: Record<string, unknown>
  /** What its answers say of its own session (OpenID Connect Session Management 1.0 §2). */
  sessionState: string | undefined
  /** What UserInfo says beside `sub`; undefined leaves a claim out. */
  userInfo: Record<string, unknown>
  /** Gets the answer of the token endpoint before it is sent. */
  onToken: (answer: TokenAnswer, form: URLSearchParams) => void | Promise<void>
  /** Answers a path itself, or throws, or never answers; undefined leaves it to the provider. */
  onRequest: (request: SeenRequest) => Response | Promise<Response> | undefined
  /** Seconds since the epoch, for `iat` and `exp`. */
  now: () => number
  expiresIn: number | undefined
  /** Goes through the authorization endpoint as a person who signs in. @returns the callback URL */
  signIn(authorizationUrl: string, extra?: Record<string, string>): string
  /** Signs with another key from now on, and publishes only that one. */
  rotateKeys(): void
  /** Signs an ID token as the provider would. */
  sign(claims: JWTPayload): Promise<string>
  /** Every secret that was given out, to look for where none may be. */
  readonly secrets: string[]
  /** What an access token that is not the session's own was given for (RFC 8707 §2.2). */
  targetOf(
    accessToken: string,
  ): { readonly resource: string | null; readonly scope: string | null } | undefined
  count(path: string): number
}

const clientId = 'app'

/** What somebody has agreed to. */
interface Grant {
  readonly nonce: string
  readonly resources: readonly string[]
  readonly scope: readonly string[]
  /** What was asked for in detail, as JSON (RFC 9396). */
  readonly details?: string | null
}

/** Makes a {@link FakeProvider}. */
export async function createFakeProvider(issuer = 'https://id.example'): Promise<FakeProvider> {
  const keys = createSigningKeys('ES256')
  // Made now, so that no test waits for it in the middle of something.
  await keys.published()
  let serial = 0
  const codes = new Map<string, Grant & { challenge: string; redirectUri: string }>()
  const refreshTokens = new Map<string, Grant>()
  const targets = new Map<string, { resource: string | null; scope: string | null }>()
  const pushed = new Map<string, URLSearchParams>()

  const next = (kind: string): string => {
    const secret = `SENTINEL-${kind}-${++serial}`
    provider.secrets.push(secret)
    return secret
  }

  const provider: FakeProvider = {
    issuer,
    seen: [],
    secrets: [],
    metadata: providerMetadata(issuer, ['ES256', 'RS256', 'none', 'HS256']),
    claims: {},
    sessionState: undefined,
    userInfo: {},
    onToken: () => undefined,
    onRequest: () => undefined,
    now: () => 1_800_000_000,
    expiresIn: 300,

    async fetch(url, init) {
      const { pathname, origin } = new URL(url)
      if (origin !== new URL(issuer).origin) throw new TypeError('Failed to fetch')
      const form = new URLSearchParams(init.body instanceof URLSearchParams ? init.body : undefined)
      const request = { method: init.method ?? 'GET', path: pathname, form, init }
      provider.seen.push(request)
      const answer = await abortable(Promise.resolve(provider.onRequest(request)), init.signal ?? undefined)
      if (answer) return answer
      switch (pathname) {
        case '/.well-known/openid-configuration':
        case '/.well-known/oauth-authorization-server':
          return json(200, provider.metadata)
        case '/jwks':
          return json(200, await keys.published())
        case '/token':
          return answerToken(form)
        case '/par': {
          const requestUri = `urn:ietf:params:oauth:request_uri:${++serial}`
          pushed.set(requestUri, form)
          return json(201, { request_uri: requestUri, expires_in: 60 })
        }
        case '/userinfo': {
          const { authorization = '' } = Object.fromEntries(new Headers(init.headers))
          const isKnown = provider.secrets.includes(authorization.replace('Bearer ', ''))
          const { sub = 'alice' } = provider.claims
          return isKnown ? json(200, { sub, ...provider.userInfo }) : json(401, { error: 'invalid_token' })
        }
        case '/revoke':
          return new Response('', { status: 200 })
        default:
          return new Response('not found', { status: 404 })
      }
    },

    signIn(authorizationUrl, extra = {}) {
      const { searchParams: sent } = new URL(authorizationUrl)
      const requestUri = sent.get('request_uri')
      const searchParams = requestUri === null ? sent : pushed.get(requestUri)
      if (!searchParams)
        throw new Error('Nobody has pushed this request, or somebody has come with it before.')
      // RFC 9126 §4: once.
      pushed.delete(requestUri ?? '')
      const redirectUri = searchParams.get('redirect_uri') ?? ''
      const code = next('code')
      codes.set(code, {
        nonce: searchParams.get('nonce') ?? '',
        resources: searchParams.getAll('resource'),
        scope: (searchParams.get('scope') ?? '').split(' '),
        challenge: searchParams.get('code_challenge') ?? '',
        redirectUri,
        details: searchParams.get('authorization_details'),
      })
      const callback = new URL(redirectUri)
      const { sessionState } = provider
      const answer = {
        code,
        state: searchParams.get('state') ?? '',
        iss: issuer,
        ...(sessionState !== undefined && { session_state: sessionState }),
        ...extra,
      }
      for (const [name, value] of Object.entries(answer)) callback.searchParams.set(name, value)
      return callback.href
    },

    rotateKeys: () => keys.rotate({ isOldKept: false }),

    sign: keys.sign,

    targetOf: (accessToken) => targets.get(accessToken),

    count: (path) => provider.seen.filter((request) => request.path === path).length,
  }
  return provider

  async function answerToken(form: URLSearchParams): Promise<Response> {
    const refused = refusalOf(form)
    const grant = refused ? undefined : await redeem(form)
    const answer: TokenAnswer = grant
      ? { status: 200, headers: {}, body: await tokensFor(grant, form) }
      : { status: 400, headers: {}, body: { error: refused ?? 'invalid_grant' } }
    await provider.onToken(answer, form)
    const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
    return new Response(body, {
      status: answer.status,
      headers: { 'content-type': 'application/json', ...answer.headers },
    })
  }

  /** RFC 8707 §2 and RFC 6749 §6: nothing that was not granted. The refresh token stays good. */
  function refusalOf(form: URLSearchParams): string | undefined {
    const grant = refreshTokens.get(form.get('refresh_token') ?? '')
    if (!grant) return undefined
    const [resource, scope] = [form.get('resource'), form.get('scope')]
    if (resource !== null && !grant.resources.includes(resource)) return 'invalid_target'
    return scope?.split(' ').every((word) => grant.scope.includes(word)) === false
      ? 'invalid_scope'
      : undefined
  }

  async function redeem(form: URLSearchParams): Promise<Grant | undefined> {
    if (form.get('grant_type') === 'refresh_token') {
      const token = form.get('refresh_token') ?? ''
      const grant = refreshTokens.get(token)
      // A used token is gone: sending it twice is seen.
      refreshTokens.delete(token)
      return grant
    }
    const code = form.get('code') ?? ''
    const grant = codes.get(code)
    codes.delete(code)
    const isProven = grant?.challenge === (await sha256(form.get('code_verifier') ?? ''))
    return isProven && grant?.redirectUri === form.get('redirect_uri') ? grant : undefined
  }

  async function tokensFor(
    { nonce, resources, scope, details }: Grant,
    form: URLSearchParams,
  ): Promise<Record<string, unknown>> {
    const refreshToken = next('refresh-token')
    refreshTokens.set(refreshToken, { nonce, resources, scope })
    const claims = {
      iss: issuer,
      sub: 'alice',
      aud: clientId,
      iat: provider.now(),
      exp: provider.now() + 300,
      nonce,
      name: 'Alice',
      ...provider.claims,
    }
    const idToken = await provider.sign(
      Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined)),
    )
    provider.secrets.push(idToken)
    const accessToken = next('access-token')
    const target = { resource: form.get('resource'), scope: form.get('scope') }
    const isTargeted = target.resource !== null || target.scope !== null
    if (isTargeted) targets.set(accessToken, target)
    return {
      access_token: accessToken,
      ...(isTargeted && { scope: target.scope ?? scope.join(' ') }),
      token_type: 'Bearer',
      ...(provider.expiresIn !== undefined && { expires_in: provider.expiresIn }),
      refresh_token: refreshToken,
      ...(details && { authorization_details: JSON.parse(details) }),
      id_token: idToken,
    }
  }
}

/** From now on the provider takes no request but a pushed one (RFC 9126 §5). */
export function demandPush({ metadata, issuer }: FakeProvider): void {
  metadata.pushed_authorization_request_endpoint = `${issuer}/par`
  metadata.require_pushed_authorization_requests = true
}

/** A JSON answer. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  })
}
