import type { ApiRequest } from '../api/api-request.ts'
import type { AnyAuthError } from '../errors.ts'
import type { AuthorizationDetail } from '../protocol/authorization-details.ts'
import type { AuthorizationParameters, AuthorizationStart } from '../protocol/authorization-url.ts'
import type { CodeGrant } from '../protocol/code-grant.ts'
import type { ProviderSession } from '../protocol/provider-session.ts'
import type { IdTokenClaims, UserInfo } from '../protocol/token-set.ts'

/** What is known of a session outside its keeper: never a token. */
export interface Session {
  /** Which sign-in it comes from: grows with each, in whatever tab. No secret. */
  readonly epoch: number
  /** Absent without OpenID Connect. */
  readonly claims: IdTokenClaims | undefined
  /** What was granted. */
  readonly scope: string
  /** When the access token expires, in milliseconds since the epoch; undefined where the server did not say. */
  readonly accessTokenExpiresAt: number | undefined
  readonly hasRefreshToken: boolean
  /** What was granted in detail (RFC 9396), where the server said so. */
  readonly authorizationDetails?: readonly AuthorizationDetail[]
  /** Whether the access token is good for nothing without a proof; absent where the client has no `binding`. */
  readonly isBound?: boolean
  /** What was said of the person beside the ID token, where that was asked for. */
  readonly userInfo?: UserInfo
  /** The provider's own session, where it lets an app ask after it. */
  readonly providerSession?: ProviderSession
  /** How far the device's clock is off, positive where it is slow. Absent where it is right. */
  readonly clockSkewSeconds?: number
  /** What the sign-in asked for and was not given, separated by spaces. Absent: it was given everything. */
  readonly scopeNotGranted?: string
  /** The `params` that it was switched to: whatever asks the provider about it, in any tab, asks for the same. */
  readonly switchedTo?: Readonly<Record<string, string>>
}

/**
 * What {@link Keeper.getAccessToken} may be told. With `resource`, `audience` or `scope` it gives a token for just that,
 * kept beside the others and renewed by itself (RFC 8707 §2.2).
 */
export interface AccessTokenRequest {
  /** The API that the token is for: an absolute URI without a fragment. */
  readonly resource?: string | undefined
  /** The API, where the provider names APIs by `audience`. */
  readonly audience?: string | undefined
  /** What the token is to allow, separated by spaces. A token at hand that allows more will do. Default: all that was granted. */
  readonly scope?: string | undefined
  /**
   * The least time the token must still live, in seconds. Default: 10, or a fifth of the lifetime where
   * that is less. A token that lives shorter from birth is given out all the same.
   */
  readonly minValiditySeconds?: number
  /** Stops the waiting, not the refresh, which others may share. Its reason is what the promise rejects with. */
  readonly signal?: AbortSignal
  /** Refreshes even though the token at hand looks good: an API refused it. */
  readonly forceRefresh?: boolean
}

/** An access token outside its keeper, with what is needed to know how long it lives. */
export interface LentAccessToken {
  readonly accessToken: string
  readonly scope: string
  /** Milliseconds since the epoch, both. */
  readonly requestedAtMs: number
  readonly expiresAt: number | undefined
  /** Which sign-in it comes from: see `SessionRecord`. */
  readonly epoch: number
  /** The key without which it is good for nothing (RFC 9449); absent: none. */
  readonly boundTo?: { readonly keyId: string; readonly clockSkewSeconds?: number | undefined } | undefined
}

/** Where a session is looked for. */
export interface RestoreRequest {
  /** Also where it rests: see option `persist`. */
  readonly recall?: boolean | undefined
}

/** What the end of a sign-in depends on beside the provider's answer. */
export interface RedeemRequest {
  /** There is no session before it is known who this is. */
  readonly identify?: 'user_info' | LoadUserInfo | undefined
  /** Once it is aborted, nothing comes of the sign-in: what the provider gives is given back. */
  readonly signal?: AbortSignal | undefined
}

/** How a session is to be ended. */
export interface EndRequest {
  /** Where the provider sends the person afterwards. Undefined: the provider's own session is left alone. */
  readonly postLogoutRedirectUri: string | undefined
  /** Where the sign-out stands among sign-ins: see `SessionRecord`. Default: after all that are known. */
  readonly epoch?: number | undefined
  /** Whether the provider is told at all. Default: true. */
  readonly revokes?: boolean | undefined
}

/** How the end of a session went at the provider. */
export interface EndResult {
  /** Where to go to end the provider's session; undefined where there is no such place, or the provider is down. */
  readonly url: string | undefined
  /** Whether the provider was told to forget the tokens. */
  readonly isRevoked: boolean
  /** Why the provider could not be told. The tokens are gone from here all the same. */
  readonly error: AnyAuthError | undefined
}

/** Says who an access token belongs to, where the provider does not. */
export type LoadUserInfo = (accessToken: string) => Promise<UserInfo>

/** News of the session that nobody asked for. */
export type KeeperChange =
  | { readonly type: 'refreshed'; readonly session: Session }
  /** Somebody else has asked who this is. */
  | { readonly type: 'described'; readonly session: Session }
  | { readonly type: 'refresh_failed'; readonly error: AnyAuthError; readonly retryAt: number | undefined }
  /** A session of another sign-in, from another tab, in place of the one that was here, if any. */
  | { readonly type: 'adopted'; readonly session: Session }
  | { readonly type: 'ended'; readonly reason: EndReason; readonly error?: AnyAuthError | undefined }

/** Why a session is over that nobody ended here. Only a sign-out elsewhere comes without an error. */
export type EndReason =
  | 'session_ended'
  | 'session_lost'
  | 'session_expired'
  | 'subject_changed'
  | 'signed_out_elsewhere'

/** Where the tokens are. */
export interface KeeperDescription {
  readonly kind: 'memory' | 'vault'
  /** Why they are not in the vault that was asked for. */
  readonly fallback?: VaultProblem | undefined
}

/**
 * `no_shared_worker`: the browser has none, or does not let this page have one. `not_loaded`: the worker's file could
 * not be loaded, or failed. `no_answer`: it was loaded, and says nothing. `other_version`: it speaks of another
 * version of Latchkey, as while a new version of the app is rolled out.
 */
export type VaultProblem = 'no_shared_worker' | 'not_loaded' | 'no_answer' | 'other_version'

/**
 * The only place where tokens live. What goes in and out is plain data, so that a keeper may sit in this
 * page or in a worker.
 */
export interface Keeper {
  about(): KeeperDescription
  /**
   * Looks for a session that began elsewhere: in another tab, or on a page that is gone.
   *
   * @throws {NetworkError} `vault_lost` · `code_not_loaded`: it could not be looked for
   */
  restore(request?: RestoreRequest): Promise<Session | undefined>
  /** Whether no other page says that it has the session: one may have it all the same. Absent: nobody can tell. */
  seemsAlone?(): boolean
  /**
   * Sends a request of the app's with the access token, where no token may enter the page, or one is worth nothing alone. Gives nothing, and has sent
   * nothing, where the tokens turn out to be in the page.
   *
   * @throws {SignInRequiredError} and {NetworkError} as {@link Keeper.getAccessToken}
   */
  send?(sent: ApiRequest): Promise<Response | undefined>
  /** Starts a sign-in. */
  authorize(parameters: AuthorizationParameters): Promise<AuthorizationStart>
  /**
   * Ends a sign-in: exchanges the code and keeps what comes. Where it is not to be known who this is, or option `claims`
   * does not fit, the tokens are given back, and whatever session there was goes on as it is.
   *
   * @throws {ConfigurationError} `claims_rejected`, and as `redeemCode` · the signal's reason, and then nothing is kept
   */
  redeem(response: URLSearchParams, grant: CodeGrant, request?: RedeemRequest): Promise<Session>
  /**
   * Asks anew who this is: the provider's UserInfo, or `load`. The other tabs hear of it.
   *
   * @throws as {@link Keeper.getAccessToken}, and what asking throws
   */
  identify(how: 'user_info' | LoadUserInfo): Promise<Session>
  /**
   * @throws {SignInRequiredError} `not_signed_in` · `session_expired` · `session_ended` · `session_lost` ·
   * `subject_changed`
   * @throws {NetworkError} it had to be refreshed and could not be; the session is kept
   */
  getAccessToken(request?: AccessTokenRequest): Promise<string>
  /** Drops the tokens before anything else, then tells the provider. Never rejects. */
  end(request: EndRequest): Promise<EndResult>
  /** Drops what this page has of the session, which goes on wherever else it is. Another sign-in is heard of as ever. */
  forget(): void
  /** The session, if there is one. */
  current(): Session | undefined
  onChange(listener: (change: KeeperChange) => void): () => void
  /** Renews ahead of time until stopped. */
  start(): () => void
}
