/** Fix the code or the registration: trying again without a change cannot help. */
export type ConfigurationErrorCode =
  | 'invalid_option'
  | 'insecure_context'
  | 'no_browser'
  | 'storage_unavailable'
  | 'not_a_callback'
  | 'insecure_endpoint'
  | 'missing_endpoint'
  | 'pkce_unsupported'
  | 'client_rejected'
  | 'missing_provider'
  | 'url_not_allowed'
  | 'token_sealed'
  | 'claims_rejected'
  | 'authorization_given'
  | 'no_user_info'
  | 'no_refresh_token'
  | 'create_unsupported'
  | 'token_bound'
  | 'binding_unsupported'
  | 'nonce_unreadable'

/** Call `login()`, at once or behind a button. */
export type SignInRequiredErrorCode =
  | 'not_signed_in'
  | 'session_expired'
  | 'session_ended'
  | 'session_lost'
  | 'idle_timeout'
  | 'session_limit'
  | 'subject_changed'
  | 'signing_out'
  | 'no_sign_in_pending'
  | 'sign_in_unknown'
  | 'sign_in_expired'
  | 'sign_in_interrupted'
  | 'login_loop'
  | 'reauthentication_required'
  | 'login_required'
  | 'interaction_required'
  | 'consent_required'
  | 'account_selection_required'
  | 'insufficient_scope'
  | 'step_up_required'
  | 'other_authorization_server'
  | 'popup_blocked'
  | 'popup_closed'
  | 'popup_timeout'
  | 'sign_in_handed_over'

/** Stop: what came back breaks a specification, and nothing of it was used. */
export type ProtocolErrorCode =
  | 'issuer_mismatch'
  | 'invalid_metadata'
  | 'invalid_authorization_response'
  | 'invalid_token_response'
  | 'invalid_id_token'
  | 'invalid_signature'
  | 'token_not_bound'
  | 'invalid_user_info'
  | 'invalid_login_request'

/** Show what the provider said. */
export type ServerErrorCode =
  | 'access_denied'
  | 'authorization_failed'
  | 'token_request_failed'
  | 'step_up_failed'
  | 'user_info_failed'

/** Keep the session and try again later. */
export type NetworkErrorCode =
  | 'network_failed'
  | 'timeout'
  | 'server_unavailable'
  | 'code_not_loaded'
  | 'user_not_loaded'
  | 'vault_lost'
  | 'request_not_repeated'

/** Every `code` an {@link AuthError} can carry. Stable: a code is never renamed or reused. */
export type AuthErrorCode =
  | ConfigurationErrorCode
  | SignInRequiredErrorCode
  | ProtocolErrorCode
  | ServerErrorCode
  | NetworkErrorCode

/** What every {@link AuthError} may be given beside its code and message. */
export interface AuthErrorOptions {
  /** What was thrown underneath, already stripped of secrets. */
  readonly cause?: unknown
}

/**
 * The base of every error Latchkey throws. Branch on `code` (or on the subclass), never on `message`:
 * a code survives minification and a package that is bundled twice. Neither the message nor the cause
 * holds a token, a code, a verifier, a nonce or a `state`.
 */
export abstract class AuthError<TCode extends AuthErrorCode = AuthErrorCode> extends Error {
  abstract override readonly name: string
  /** A stable name for what happened. */
  readonly code: TCode
  /** Where the failed sign-in was to end (path, query, hash); pass it on: `login({ returnTo: error.returnTo })`. */
  returnTo?: string

  constructor(code: TCode, message: string, options?: AuthErrorOptions) {
    super(message, options)
    this.code = code
  }

  /** What a log or a support ticket may hold. */
  toJSON(): { name: string; code: TCode; message: string } {
    return { name: this.name, code: this.code, message: this.message }
  }
}

/** Fix the code or the registration at the provider; the message names the option and the fix. */
export class ConfigurationError extends AuthError<ConfigurationErrorCode> {
  override readonly name = 'ConfigurationError'
}

/** What a sign-in has to ask for, so that what failed can succeed: goes to `login()` as it is. */
export interface SignInDemand {
  readonly scope?: string | undefined
  readonly acrValues?: readonly string[] | undefined
  readonly maxAge?: number | undefined
  readonly resource?: string | undefined
  readonly audience?: string | undefined
}

/** What a {@link SignInRequiredError} may be given beside its code. */
export interface SignInRequiredErrorDetails extends AuthErrorOptions {
  readonly demand?: SignInDemand
  readonly authorizationServers?: readonly string[]
}

/** There is no session, or none that is enough: call `login()`. */
export class SignInRequiredError extends AuthError<SignInRequiredErrorCode> {
  override readonly name = 'SignInRequiredError'
  /** What to ask for: `login(error.demand)`. Empty where a plain sign-in will do. */
  readonly demand: SignInDemand
  /** Whose tokens the API takes, as issuers (RFC 9728 §2): with `other_authorization_server`, and empty otherwise. */
  readonly authorizationServers: readonly string[]
  /** What can be done instead of opening a window: leave for the provider, by `login(error.demand)`. */
  declare readonly fallback?: 'redirect'

  constructor(
    code: SignInRequiredErrorCode,
    message: string,
    { demand = {}, authorizationServers = [], ...options }: SignInRequiredErrorDetails = {},
  ) {
    super(code, message, options)
    this.demand = demand
    this.authorizationServers = authorizationServers
  }
}

/** A response broke a specification and was refused whole. Stop; do not retry by itself. */
export class ProtocolError extends AuthError<ProtocolErrorCode> {
  override readonly name = 'ProtocolError'
}

/** What a {@link ServerError} carries beside its code. */
export interface ServerErrorDetails extends AuthErrorOptions {
  readonly error: string
  readonly description?: string | undefined
  readonly status?: number | undefined
}

/** The provider refused, and said why: show it. */
export class ServerError extends AuthError<ServerErrorCode> {
  override readonly name = 'ServerError'
  /** The OAuth error code as the provider sent it (RFC 6749 §4.1.2.1, §5.2). */
  readonly error: string
  /** The provider's own words: plain text, at most 300 characters, never markup. */
  readonly description: string | undefined
  /** The HTTP status, where the answer was an HTTP response to us. */
  readonly status: number | undefined

  constructor(code: ServerErrorCode, message: string, details: ServerErrorDetails) {
    super(code, message, details)
    this.error = details.error
    this.description = details.description
    this.status = details.status
  }
}

/** What a {@link NetworkError} carries beside its code. */
export interface NetworkErrorDetails extends AuthErrorOptions {
  readonly status?: number | undefined
  readonly retryAfterSeconds?: number | undefined
}

/** No usable answer came. The session is kept; the same call may succeed later. */
export class NetworkError extends AuthError<NetworkErrorCode> {
  override readonly name = 'NetworkError'
  /** The HTTP status, where there was one (429 and 5xx). */
  readonly status: number | undefined
  /** How long the server asked to be left alone, where it said so and CORS lets the header be read (RFC 9110 §10.2.3). */
  readonly retryAfterSeconds: number | undefined

  constructor(code: NetworkErrorCode, message: string, details: NetworkErrorDetails = {}) {
    super(code, message, details)
    this.status = details.status
    this.retryAfterSeconds = details.retryAfterSeconds
  }
}

/** Every error Latchkey throws: narrow on `name`. */
export type AnyAuthError =
  | ConfigurationError
  | SignInRequiredError
  | ProtocolError
  | ServerError
  | NetworkError

/** Tells an error of Latchkey's from anything else, also across two copies of this package. */
export function isAuthError(value: unknown): value is AnyAuthError {
  return (
    value instanceof Error &&
    // A DOMException may be named "NetworkError" too; its code is a number.
    typeof (value as Partial<AnyAuthError>).code === 'string' &&
    /^(Configuration|SignInRequired|Protocol|Server|Network)Error$/.test(value.name)
  )
}

/** What whoever needs a part of the app that is loaded on demand is told where it cannot be. */
export function codeNotLoaded(cause: unknown): NetworkError {
  return new NetworkError(
    'code_not_loaded',
    'A part of the app could not be loaded. Try again, or reload the page.',
    { cause: cause instanceof Error ? { name: cause.name } : undefined },
  )
}

/** The same, thrown: for the `catch` of an `import()`. */
export function throwNotLoaded(cause: unknown): never {
  throw codeNotLoaded(cause)
}

/** What whoever wants a sign-in is told where there is no page. */
export function noBrowser(): ConfigurationError {
  return new ConfigurationError(
    'no_browser',
    'This needs a page in a browser. On a server, render the `loading` state.',
  )
}
