import { type Api, type ApiOptions, parseApis, parseResources } from './api-options.ts'
import type { ConfigurationError } from './errors.ts'
import { nameInstance } from './instance-id.ts'
import { invalid } from './invalid-option.ts'
import type { Platform } from './platform/ports.ts'
import { type AuthorizationDetail, isAuthorizationDetails } from './protocol/authorization-details.ts'
import type { Binding } from './protocol/binding.ts'
import { isSecureUrl } from './protocol/secure-url.ts'
import type { Endpoints, ProtocolSettings } from './protocol/settings.ts'
import { joinScopes } from './protocol/token-target.ts'
import type { OnSessionLost } from './session-hold.ts'
import type { LimitSettings } from './session-limits/limit-settings.ts'
import type { StandardSchema } from './standard-schema.ts'
import type { User } from './user.ts'

/** What every client needs, whatever the provider. */
export interface ClientOptions {
  /** The public client's identifier at the provider. There is no option for a secret: a browser cannot keep one. */
  readonly clientId: string
  /**
   * Where the provider sends the person back: the path of your `<Callback>` route (`/callback`), resolved
   * against the app's own origin, or that URL in full. It must be registered at the provider, without `#`.
   */
  readonly redirectUri: string
  /** Where the person lands after signing out. Registered at the provider. Default: `/`. */
  readonly postLogoutRedirectUri?: string
  /** Space-separated. Default: `openid profile email` with OpenID Connect, nothing without. */
  readonly scope?: string
  /**
   * Whether a sign-in is handed to the provider directly, so that the browser carries none of it (RFC 9126). `auto`, the
   * default: where the provider's metadata demands it, or `endpoints.pushedAuthorization` is given. `always`: everywhere,
   * and where the provider has no place for it a sign-in fails. One that cannot be pushed is never sent in the open.
   */
  readonly pushedAuthorization?: 'auto' | 'always'
  /** More parameters for every authorization request, such as `audience`. They add; they never replace. */
  readonly params?: Readonly<Record<string, string>>
  /**
   * What every sign-in asks to be allowed, in more detail than `scope` can say (RFC 9396). `login({ authorizationDetails })`
   * asks for something else; `grantedDetails()` tells what was granted.
   */
  readonly authorizationDetails?: readonly AuthorizationDetail[]
  /** Tells two clients apart that share issuer and client id on one origin. */
  readonly name?: string
  /** The deadline of every request to the provider. Default: 10 seconds. */
  readonly requestTimeoutSeconds?: number
  /**
   * The page that holds nothing but `import '@latchkey/core/silent-callback'`: a path of this app, registered at
   * the provider. With it a reload may ask the provider in a hidden frame, where its cookies reach one: on the same site.
   */
  readonly silentRedirectUri?: string
  /**
   * Lets a reload ask the provider by leaving for it and coming straight back (`prompt=none`), where nothing else found
   * the session. Off by default: some providers show a page instead of an answer, and the person is left there.
   */
  readonly restoreByRedirect?: boolean
  /** Binds the tokens to a key that nobody can read: `dpop()` of `@latchkey/core/dpop`. With it a vault is sealed. */
  readonly binding?: Binding
  /**
   * `bound`: the refresh token rests in IndexedDB, and a reload finds the session in every browser. Only with `binding`,
   * and only where the provider has bound it: without the key, which nobody can read, it is worth nothing. A sign-out
   * removes both, and so does the end of the session. Beside it rest the claims about the person.
   */
  readonly persist?: 'bound'
  /** Keeps the tokens in a SharedWorker that all tabs share, instead of in each page's memory. */
  readonly vault?: VaultOptions
  /**
   * The APIs that `auth.fetch` sends the access token to: origins or URL prefixes. No other address ever gets it. One
   * with a token of its own (RFC 8707) says in an object what the token is asked for.
   *
   * @example
   * ```ts
   * import { createAuthClient } from '@latchkey/core'
   *
   * export const auth = createAuthClient({
   *   issuer: 'https://id.example.com',
   *   clientId: 'my-app',
   *   redirectUri: '/callback',
   *   apis: [
   *     'https://api.example.com',
   *     { url: 'https://orders.example.com/v2', resource: 'https://orders.example.com', scope: 'orders:read' },
   *   ],
   * })
   * ```
   */
  readonly apis?: readonly (string | ApiOptions)[]
  /**
   * The APIs that a sign-in asks for, by what the provider knows them by (RFC 8707 §2). Default: every `resource` of
   * `apis`. What is left out is asked for where it is first needed: see `login({ resource })`.
   */
  readonly resources?: readonly string[]
  /**
   * What is to become of the page where its session ends by itself. Default: the state becomes `unauthenticated`. With
   * `holdSession` of `@latchkey/core/popup` the page stays as it is, and whoever calls an API waits.
   */
  readonly onSessionLost?: OnSessionLost
  /**
   * Claims that make somebody another to the app, beside `sub`: of the organisation, of the tenant. Where one of them
   * changes, the event `identity` is told, as for another person. Default: none.
   */
  readonly identifiedBy?: readonly string[]
  /** Ends the session where nobody does anything for so long, in no tab: from 5 seconds to a year. Default: it goes on. */
  readonly idleTimeoutSeconds?: number
  /** Ends the session so long after somebody signed in here, whatever they do: from 5 seconds to a year. Default: it goes on. */
  readonly sessionLimitSeconds?: number
  /**
   * How the two above sign out. `local` (the default): every tab stays on its page, and the provider's own session goes
   * on, so that the next `login()` may need no password. `provider`: one tab, one that is seen where there is one, leaves
   * for the provider to end that too.
   */
  readonly timeoutLogout?: 'local' | 'provider'
  /** How far `exp`, `nbf` and `auth_time` may be off. Default: 30 seconds; at most 300. */
  readonly clockToleranceSeconds?: number
  /** Replaces single ports to the surroundings: in tests, or where navigation is not the browser's. */
  readonly platform?: Partial<Platform>
}

/** Where the tokens are kept, if not in the page. */
export interface VaultOptions {
  /**
   * Creates the worker from a file of the app that holds nothing but `import '@latchkey/core/vault'`. It stands in the
   * app, so that every bundler finds the file.
   *
   * @example
   * ```ts
   * import { createAuthClient } from '@latchkey/core'
   *
   * export const auth = createAuthClient({
   *   issuer: 'https://id.example.com',
   *   clientId: 'my-app',
   *   redirectUri: '/callback',
   *   vault: {
   *     worker: () =>
   *       new SharedWorker(new URL('./auth-vault.ts', import.meta.url), {
   *         type: 'module',
   *         name: 'auth-vault',
   *         extendedLifetime: true, // Chromium: it outlives a reload of the only tab
   *       } as WorkerOptions),
   *   },
   * })
   * ```
   */
  readonly worker: () => VaultWorker
  /**
   * Lets no token into the page: `getAccessToken()` is refused, and `auth.fetch` runs in the vault, to `apis` only. It
   * follows no redirect: where one leads is known too late. Where the browser has no usable `SharedWorker`, the tokens
   * are in this page's memory: still refused to `getAccessToken()`, and `explain().keeper.fallback` says why.
   */
  readonly sealed?: boolean
}

/** As much of a `SharedWorker` as is needed of one. */
export interface VaultWorker {
  readonly port: MessagePort
  addEventListener(type: 'error', listener: () => void): void
}

/** A provider with OpenID Connect: its metadata is discovered, or its endpoints are given. */
export interface OpenIdOptions<TUser extends Identified = User> extends ClientOptions {
  /** The issuer exactly as the provider spells it, `https:` (or `http:` on loopback), without query or fragment. */
  readonly issuer: string
  readonly protocol?: 'oidc'
  /** Given, they replace discovery, for a provider whose metadata the browser may not read. `jwks` is needed. */
  readonly endpoints?: Endpoints & { readonly jwks: string }
  /**
   * What the app expects of the claims about the person: any Standard Schema (Zod, Valibot, ArkType, …) that validates
   * synchronously and keeps `sub`. What comes out of it is `user`. Claims that do not fit fail the sign-in with
   * `claims_rejected` and the path of what is wrong.
   *
   * @example
   * ```ts
   * import { createAuthClient } from '@latchkey/core'
   * import { z } from 'zod'
   *
   * export const auth = createAuthClient({
   *   issuer: 'https://id.example.com',
   *   clientId: 'my-app',
   *   redirectUri: '/callback',
   *   claims: z.object({ sub: z.string(), roles: z.array(z.enum(['reader', 'editor'])) }),
   * })
   * ```
   */
  readonly claims?: StandardSchema<TUser>
  /**
   * Asks the provider's UserInfo at every sign-in (OpenID Connect Core 1.0 §5.3), for the claims that it leaves out of
   * ID tokens: one more request. What comes is part of `user`, before `claims` sees it. Without it, `refreshUser()` asks.
   */
  readonly userInfo?: boolean
  readonly loadUser?: undefined
}

/** A person, whatever else is known: `sub` is what data is keyed by. */
export interface Identified {
  readonly sub: string
}

/** A plain OAuth 2.0 server, found by its RFC 8414 metadata or by `endpoints`. */
export type OAuthServerOptions = ClientOptions & { readonly userInfo?: undefined } & (
    | { readonly protocol: 'oauth2'; readonly issuer: string; readonly endpoints?: Endpoints }
    | { readonly protocol?: 'oauth2'; readonly issuer?: undefined; readonly endpoints: Endpoints }
  )

/** A plain OAuth 2.0 server, which says nothing of the person: no ID token, so no `user`. */
export type OAuthOptions = OAuthServerOptions & {
  readonly claims?: undefined
  readonly loadUser?: undefined
}

/** A plain OAuth 2.0 server that the app asks in its own way who is signed in. */
export type LoadedUserOptions<TUser extends Identified> = OAuthServerOptions & {
  /**
   * Says who an access token belongs to, by asking an API of the server's. What it gives is `user`: plain JSON,
   * with a `sub`. It is called at every sign-in, which fails where it does, and by `refreshUser()`. It is given
   * the token, so it cannot be where the vault is sealed.
   *
   * @example
   * ```ts
   * import { createAuthClient } from '@latchkey/core'
   *
   * export const auth = createAuthClient({
   *   clientId: 'my-app',
   *   redirectUri: '/callback',
   *   endpoints: {
   *     authorization: 'https://server.example.com/authorize',
   *     token: 'https://server.example.com/token',
   *   },
   *   async loadUser(accessToken, fetch) {
   *     const headers = { authorization: `Bearer ${accessToken}` }
   *     const response = await fetch('https://server.example.com/api/user', { headers })
   *     if (!response.ok) throw new Error(`HTTP status ${response.status}`)
   *     const { id, login } = await response.json()
   *     return { sub: String(id), name: String(login) }
   *   },
   * })
   * ```
   */
  readonly loadUser: LoadUser<TUser>
  readonly claims?: undefined
}

/** The same, where a schema looks at what comes, and makes it `user`. */
export type CheckedUserOptions<TUser extends Identified> = OAuthServerOptions & {
  /** As in {@link LoadedUserOptions}, but for what comes of it: that is for `claims` to say. */
  readonly loadUser: LoadUser<unknown>
  /** As with OpenID Connect: what comes out of it is `user`. */
  readonly claims: StandardSchema<TUser>
}

/**
 * Says who an access token belongs to. `fetch` is the browser's, without cookies and with the deadline of option
 * `requestTimeoutSeconds`; it adds no token.
 */
export type LoadUser<TUser> = (
  accessToken: string,
  fetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>,
) => Promise<TUser>

/** What {@link createAuthClient} takes. */
export type AuthClientOptions<TUser extends Identified = User> =
  | OpenIdOptions<TUser>
  | OAuthOptions
  | LoadedUserOptions<TUser>
  | CheckedUserOptions<TUser>

/** The options after every check, with defaults and units settled. */
export interface Settings extends ProtocolSettings {
  readonly redirectUri: string
  readonly postLogoutRedirectUri: string
  /** A record of this client's own, which grows where the person switches to another tenant. */
  readonly params: Record<string, string>
  readonly silentRedirectUri: string | undefined
  readonly restoreByRedirect: boolean
  readonly vault: Required<VaultOptions> | undefined
  readonly binding: Binding | undefined
  readonly persist: 'bound' | undefined
  readonly claims: StandardSchema<unknown> | undefined
  readonly onSessionLost: OnSessionLost | undefined
  readonly identifiedBy: readonly string[]
  readonly userInfo: boolean
  readonly loadUser: LoadUser<unknown> | undefined
  readonly apis: readonly Api[]
  /** What a sign-in asks for, with the scopes of these APIs in `scope`. */
  readonly resources: readonly string[]
  readonly limits: LimitSettings | undefined
  /** Names everything this client keeps, so that instances never meet. */
  readonly instanceId: string
  /** Marks every `state` as this client's. */
  readonly statePrefix: string
}

const knownOptions = [
  'issuer',
  'endpoints',
  'protocol',
  'clientId',
  'redirectUri',
  'postLogoutRedirectUri',
  'scope',
  'pushedAuthorization',
  'params',
  'authorizationDetails',
  'name',
  'silentRedirectUri',
  'restoreByRedirect',
  'vault',
  'binding',
  'persist',
  'claims',
  'userInfo',
  'loadUser',
  'onSessionLost',
  'identifiedBy',
  'apis',
  'resources',
  'idleTimeoutSeconds',
  'sessionLimitSeconds',
  'timeoutLogout',
  'requestTimeoutSeconds',
  'clockToleranceSeconds',
  'platform',
]

/** What other SDKs call it, in lower case without underscores. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['authority', 'issuer'],
  ['domain', 'issuer'],
  ['issuerurl', 'issuer'],
  ['client', 'clientId'],
  ['redirecturl', 'redirectUri'],
  ['callbackurl', 'redirectUri'],
  ['postlogoutredirecturl', 'postLogoutRedirectUri'],
  ['scopes', 'scope'],
  ['extraparams', 'params'],
  ['authorizationparams', 'params'],
])

/** What identifies or protects the flow, or what the answer is checked against: it has an option, or none at all. */
const protectedParams = [
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'resource',
  'max_age',
  'acr_values',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'request',
  'request_uri',
  'authorization_details',
  'claims',
]

/**
 * Checks what the user passed and settles what they left out. Reads nothing but its argument.
 *
 * @throws {ConfigurationError} `invalid_option`, naming the option and the fix.
 */
export function parseOptions(options: AuthClientOptions): Settings {
  if (typeof options !== 'object' || options === null)
    throw invalid('issuer', 'is missing: pass an object of options')
  for (const name of Object.keys(options)) if (!knownOptions.includes(name)) throw unknownOption(name)
  const { issuer, endpoints, clientId } = options
  const protocol = options.protocol ?? (issuer === undefined ? 'oauth2' : 'oidc')
  if (!['oidc', 'oauth2'].includes(protocol)) {
    throw invalid('protocol', `must be 'oidc' (the default) or 'oauth2'`)
  }
  if (issuer === undefined && endpoints === undefined) {
    throw invalid(
      'issuer',
      'is missing: pass the provider’s issuer URL, or `endpoints` for a plain OAuth 2.0 server',
    )
  }
  if (issuer === undefined && protocol === 'oidc') {
    throw invalid('issuer', 'is missing: OpenID Connect needs it to check who signed the ID token')
  }
  if (issuer !== undefined) checkIssuer(issuer)
  if (endpoints !== undefined) checkEndpoints(endpoints, protocol)
  requireText('clientId', clientId)
  const apis = parseApis(options.apis)
  const resources = parseResources(options.resources) ?? [
    ...new Set(apis.flatMap(({ target }) => target?.resource ?? [])),
  ]
  const instanceId = nameInstance(issuer ?? endpoints?.authorization, clientId, options.name)
  return {
    protocol,
    issuer,
    endpoints,
    clientId,
    scope: joinScopes(parseScope(options.scope, protocol), ...scopesAtSignIn(apis, resources)),
    pushedAuthorization: parsePushed(options),
    redirectUri: parseRedirectUri(options.redirectUri),
    postLogoutRedirectUri: parseAppUrl('postLogoutRedirectUri', options.postLogoutRedirectUri ?? '/'),
    params: { ...parseParams(options.params), ...detailsParam(options.authorizationDetails) },
    silentRedirectUri:
      options.silentRedirectUri === undefined
        ? undefined
        : parseAppUrl('silentRedirectUri', options.silentRedirectUri),
    restoreByRedirect: parseFlag('restoreByRedirect', options.restoreByRedirect),
    vault: parseVault(options),
    onSessionLost: parseOnSessionLost(options.onSessionLost),
    binding: parseBinding(options.binding),
    identifiedBy: parseNames('identifiedBy', options.identifiedBy),
    persist: parsePersist(options),
    claims: parseClaims(options, protocol),
    userInfo: parseUserInfo(options, protocol),
    loadUser: parseLoadUser(options, protocol),
    apis,
    resources,
    limits: parseLimits(options),
    requestTimeoutMs: parseSeconds('requestTimeoutSeconds', options.requestTimeoutSeconds ?? 10, 1) * 1000,
    clockToleranceSeconds: parseSeconds('clockToleranceSeconds', options.clockToleranceSeconds ?? 30, 0),
    instanceId,
    statePrefix: `${instanceId}.`,
  }
}

/**
 * Checks parameters that the app adds to the authorization request.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseParams(params: unknown): Readonly<Record<string, string>> {
  if (params === undefined) return {}
  if (typeof params !== 'object' || params === null) throw invalid('params', 'must be an object of strings')
  for (const [name, value] of Object.entries(params)) {
    if (protectedParams.includes(name)) {
      throw invalid(
        'params',
        `may not contain "${name}": Latchkey sets it, because it protects the sign-in or has an option of its own`,
      )
    }
    if (typeof value !== 'string') throw invalid('params', `must hold strings; "${name}" is ${typeof value}`)
  }
  return params as Record<string, string>
}

/**
 * What is to be allowed in detail, as the authorization request has it (RFC 9396 §2).
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function detailsParam(details: unknown): Readonly<Record<string, string>> {
  if (details === undefined) return {}
  if (isAuthorizationDetails(details)) return { authorization_details: JSON.stringify(details) }
  throw invalid('authorizationDetails', 'must be a list of objects, each with a "type" in text (RFC 9396 §2)')
}

function unknownOption(name: string): ConfigurationError {
  const plain = name.toLowerCase().replaceAll('_', '')
  if (plain.includes('secret')) {
    return invalid(
      name,
      'cannot be used: a browser cannot keep a secret. Register the app as a public client',
    )
  }
  const meant = otherNames.get(plain) ?? knownOptions.find((known) => known.toLowerCase() === plain)
  return invalid(name, `is unknown. ${meant ? `Use "${meant}"` : `Known: ${knownOptions.join(', ')}`}`)
}

/** OpenID Connect Discovery 1.0 §3, RFC 8414 §2: an https URL with neither query nor fragment, kept to the letter. */
function checkIssuer(issuer: unknown): void {
  const url = parseUrl(issuer)
  if (!url) throw invalid('issuer', `must be an absolute URL, such as "https://id.example.com"`)
  if (/[?#]/.test(String(issuer))) throw invalid('issuer', 'must have neither "?" nor "#"')
  if (!isSecureUrl(url)) {
    throw invalid(
      'issuer',
      `must start with "https:" (it is "${url.protocol}//${url.host}"); "http:" is for loopback only`,
    )
  }
}

function checkEndpoints(endpoints: Endpoints, protocol: 'oidc' | 'oauth2'): void {
  const needed = protocol === 'oidc' ? ['authorization', 'token', 'jwks'] : ['authorization', 'token']
  const known = [
    'authorization',
    'token',
    'jwks',
    'userInfo',
    'revocation',
    'endSession',
    'pushedAuthorization',
  ]
  if (typeof endpoints !== 'object' || endpoints === null)
    throw invalid('endpoints', 'must be an object of URLs')
  // Undefined is as good as absent: a setting that was forgotten, say.
  const given = Object.entries(endpoints).filter(([, value]) => value !== undefined)
  for (const name of needed) {
    if (!given.some(([key]) => key === name)) throw invalid(`endpoints.${name}`, 'is missing')
  }
  for (const [name, value] of given) {
    if (!known.includes(name)) throw invalid(`endpoints.${name}`, `is unknown. Known: ${known.join(', ')}`)
    const url = parseUrl(value)
    if (!url || url.hash || !isSecureUrl(url)) {
      throw invalid(
        `endpoints.${name}`,
        'must be an absolute https URL without "#"; "http:" is for loopback only',
      )
    }
  }
}

/** With endpoints by hand, nothing else could say where to push. */
function parsePushed({ pushedAuthorization = 'auto', endpoints }: AuthClientOptions): 'auto' | 'always' {
  if (pushedAuthorization !== 'auto' && pushedAuthorization !== 'always') {
    throw invalid('pushedAuthorization', `must be 'auto' (the default) or 'always'`)
  }
  if (pushedAuthorization === 'always' && endpoints && endpoints.pushedAuthorization === undefined) {
    throw invalid('endpoints.pushedAuthorization', `is missing: option "pushedAuthorization" is 'always'`)
  }
  return pushedAuthorization
}

function parsePersist({ persist, binding }: AuthClientOptions): Settings['persist'] {
  if (persist === undefined) return undefined
  if (persist !== 'bound') throw invalid('persist', `must be 'bound': no other token may rest in a browser`)
  if (binding === undefined) {
    throw invalid('persist', 'needs option "binding": only a token that is worth nothing by itself may rest')
  }
  return persist
}

function parseBinding(binding: unknown): Settings['binding'] {
  if (binding === undefined) return undefined
  const { kind, open } = (binding ?? {}) as Partial<Binding>
  if (kind === 'dpop' && typeof open === 'function') return binding as Binding
  throw invalid('binding', 'must be what dpop() of @latchkey/core/dpop gives')
}

function parseVault({ vault, apis, binding }: AuthClientOptions): Settings['vault'] {
  if (vault === undefined) return undefined
  if (typeof vault !== 'object' || vault === null || typeof vault.worker !== 'function') {
    throw invalid('vault.worker', 'must be a function that creates the SharedWorker')
  }
  // A seal that is misspelt would be none.
  for (const name of Object.keys(vault)) {
    if (name !== 'worker' && name !== 'sealed') {
      throw invalid(`vault.${name}`, 'is unknown. Known: worker, sealed')
    }
  }
  // A bound token is good for nothing without its key, which stays there.
  const sealed = parseFlag('vault.sealed', vault.sealed) || binding !== undefined
  if (sealed && !apis?.length) {
    throw invalid(
      'apis',
      'is missing: a sealed vault sends requests to these APIs, and nothing else gets a token',
    )
  }
  return { worker: vault.worker, sealed }
}

function parseLimits({
  idleTimeoutSeconds: idle,
  sessionLimitSeconds: total,
  timeoutLogout = 'local',
}: AuthClientOptions): Settings['limits'] {
  if (timeoutLogout !== 'local' && timeoutLogout !== 'provider') {
    throw invalid('timeoutLogout', `must be 'local' (the default) or 'provider'`)
  }
  const toMs = (option: string, value: number | undefined): number | undefined =>
    value === undefined ? undefined : parseSeconds(option, value, 5, 31_536_000) * 1000
  const idleMs = toMs('idleTimeoutSeconds', idle)
  const totalMs = toMs('sessionLimitSeconds', total)
  return idleMs || totalMs ? { idleMs, totalMs, isAtProvider: timeoutLogout === 'provider' } : undefined
}

function parseUserInfo({ userInfo }: AuthClientOptions, protocol: 'oidc' | 'oauth2'): boolean {
  if (!parseFlag('userInfo', userInfo)) return false
  if (protocol === 'oidc') return true
  throw invalid('userInfo', 'needs OpenID Connect. For another server pass "loadUser"')
}

function parseLoadUser(
  { loadUser, vault }: AuthClientOptions,
  protocol: 'oidc' | 'oauth2',
): Settings['loadUser'] {
  if (loadUser === undefined) return undefined
  if (typeof loadUser !== 'function') throw invalid('loadUser', 'must be a function')
  if (protocol === 'oidc') {
    throw invalid(
      'loadUser',
      'is for servers without OpenID Connect. Here the provider says who it is: pass "userInfo: true"',
    )
  }
  if (vault?.sealed) {
    throw invalid(
      'loadUser',
      'cannot be used with a sealed vault: it runs in the page and is given the access token, which a sealed vault lets nobody have',
    )
  }
  return loadUser
}

function parseClaims(
  { claims: schema, loadUser }: AuthClientOptions,
  protocol: 'oidc' | 'oauth2',
): Settings['claims'] {
  if (schema === undefined) return undefined
  if (protocol === 'oauth2' && !loadUser) {
    throw invalid('claims', 'needs OpenID Connect or "loadUser": without them there are no claims')
  }
  const { '~standard': standard } = (schema ?? {}) as Partial<StandardSchema<unknown>>
  if (typeof standard?.validate === 'function') return schema as StandardSchema<unknown>
  throw invalid('claims', 'must be a Standard Schema, such as one of Zod, Valibot or ArkType')
}

function parseNames(option: string, value: readonly string[] = []): readonly string[] {
  if (Array.isArray(value) && value.every((name) => typeof name === 'string' && name !== '')) return value
  throw invalid(option, 'must be a list of names of claims')
}

function parseOnSessionLost(value: OnSessionLost | undefined): OnSessionLost | undefined {
  if (value === undefined || typeof value === 'function') return value
  throw invalid('onSessionLost', 'must be holdSession of @latchkey/core/popup')
}

/** A token can be asked for nothing that was not granted at sign-in (RFC 6749 §6). */
function scopesAtSignIn(apis: readonly Api[], resources: readonly string[]): (string | undefined)[] {
  return apis
    .filter(({ target }) => target?.resource === undefined || resources.includes(target.resource))
    .map(({ target }) => target?.scope)
}

/** Answers arrive here, so it must not be a page that people open for another reason. */
function parseRedirectUri(value: unknown): string {
  const url = parseAppUrl('redirectUri', value)
  if (new URL(url, 'https://app.invalid').pathname !== '/') return url
  throw invalid('redirectUri', 'must be a page of its own, such as "/callback", where <Callback> is rendered')
}

/** RFC 6749 §3.1.2: a redirection URI has no fragment. */
function parseAppUrl(option: string, value: unknown): string {
  const text = requireText(option, value)
  if (text.includes('#')) {
    throw invalid(
      option,
      'may not contain "#" (RFC 6749 §3.1.2). With a hash router, register a path without it',
    )
  }
  const url = parseUrl(text)
  if (!(url ? /^https?:$/.test(url.protocol) : /^\/(?![/\\])/.test(text))) {
    throw invalid(option, 'must be a path that starts with one "/", or an absolute http(s) URL of this app')
  }
  return text
}

/** OpenID Connect Core 1.0 §3.1.2.1: without `openid` in the scope the server owes no ID token. */
function parseScope(value: unknown, protocol: 'oidc' | 'oauth2'): string {
  if (value === undefined) return protocol === 'oidc' ? 'openid profile email' : ''
  if (typeof value !== 'string') throw invalid('scope', 'must be one string, separated by spaces')
  const scopes = value.split(' ').filter(Boolean)
  if (protocol === 'oidc' && !scopes.includes('openid')) {
    throw invalid(
      'scope',
      `must contain "openid". For a server without OpenID Connect pass protocol: 'oauth2'`,
    )
  }
  return scopes.join(' ')
}

function parseFlag(option: string, value: unknown = false): boolean {
  if (typeof value === 'boolean') return value
  throw invalid(option, 'must be true or false')
}

function parseSeconds(option: string, value: unknown, least: number, most = 300): number {
  if (typeof value === 'number' && value >= least && value <= most) return value
  throw invalid(option, `must be a number of seconds from ${least} to ${most}`)
}

function requireText(option: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value
  throw invalid(option, value === undefined ? 'is missing' : 'must be a string that is not empty')
}

function parseUrl(value: unknown): URL | undefined {
  return typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
}
