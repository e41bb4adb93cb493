import type { Platform } from '../platform/ports.ts'
import type { AuthorizationDetail } from '../protocol/authorization-details.ts'
import type { Binding } from '../protocol/binding.ts'
import type { Endpoints } from '../protocol/settings.ts'
import type { OnSessionLost } from '../session-hold.ts'
import type { StandardSchema } from '../standard-schema.ts'
import type { User } from '../user.ts'
import type { ApiOptions } from './api-options.ts'

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
   * `claims_rejected` and the path of what is wrong, before it takes the place of a session that there is.
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
  /**
   * Looks every few seconds whether the provider's own session goes on (OpenID Connect Session Management 1.0), and ends
   * this one in every tab where it does not, or is somebody else's by now. Only with `silentRedirectUri`, OpenID Connect
   * and a provider that has a `check_session_iframe` on the app's own site: the cookies of another site do not reach a
   * frame, and nothing is done there. Off by default.
   */
  readonly watchProviderSession?: boolean
  readonly loadUser?: undefined
}

/** A person, whatever else is known: `sub` is what data is keyed by. */
export interface Identified {
  readonly sub: string
}

/** A plain OAuth 2.0 server, found by its RFC 8414 metadata or by `endpoints`. */
export type OAuthServerOptions = ClientOptions & {
  readonly userInfo?: undefined
  readonly watchProviderSession?: undefined
} & (
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
