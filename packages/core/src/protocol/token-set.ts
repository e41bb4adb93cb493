import type { Clock, Instant } from '../platform/ports.ts'
import type { AuthorizationDetail } from './authorization-details.ts'
import type { ProviderSession } from './provider-session.ts'

/** The claims of a validated ID token (OpenID Connect Core 1.0 §2). */
export interface IdTokenClaims {
  readonly iss: string
  readonly sub: string
  readonly aud: string | readonly string[]
  readonly exp: number
  readonly iat: number
  readonly nonce?: string
  readonly auth_time?: number
  readonly acr?: string
  readonly [claim: string]: unknown
}

/** What was said of the person beside the ID token: by UserInfo (OpenID Connect Core 1.0 §5.3), or by the app's `loadUser`. */
export interface UserInfo {
  /** Plain JSON. */
  readonly claims: { readonly sub: string; readonly [claim: string]: unknown }
  /** When it was asked for, in milliseconds since the epoch: of two, the later counts. */
  readonly askedAtMs: number
}

/** One access token, and how long it is good for. */
export interface AccessToken {
  readonly accessToken: string
  /** `dpop`: it is good for nothing without a proof (RFC 9449). */
  readonly tokenType: 'bearer' | 'dpop'
  /** Milliseconds since the epoch, by the device's clock. Absent where the server did not say. */
  readonly expiresAt?: number
  /** When the request that brought these tokens was started: lifetimes count from here. */
  readonly requestedAt: Instant
  /** What was granted (RFC 6749 §5.1); the requested scope where the server did not repeat it. */
  readonly scope: string
}

/** What the token endpoint gave, validated. Plain data; keep it in memory only. */
export interface TokenSet extends AccessToken {
  readonly refreshToken?: string
  /** The key that these tokens are bound to: its thumbprint (RFC 7638). Whatever `tokenType` says, the refresh token is. */
  readonly keyId?: string
  readonly idToken?: string
  readonly claims?: IdTokenClaims
  readonly userInfo?: UserInfo
  /** How far the device's clock is off, positive where it is slow. Absent where it is right. */
  readonly clockSkewSeconds?: number
  /** What was granted in detail (RFC 9396 §7). Absent where the server did not say. */
  readonly authorizationDetails?: readonly AuthorizationDetail[]
  /** The provider's own session, where it lets an app ask after it. */
  readonly providerSession?: ProviderSession
}

/** How long an access token lives, and since when. */
export type TokenLifetime = Pick<AccessToken, 'expiresAt' | 'requestedAt'>

/**
 * How long the access token still lives, in milliseconds; `Infinity` where the server did not say, and
 * then only an API's refusal tells.
 *
 * Its age is the larger of what both clocks say: the monotonic one may stop while the device sleeps, and
 * the wall clock may be set back. Erring on the old side costs one refresh.
 */
export function remainingMs(tokens: TokenLifetime, clock: Pick<Clock, 'now'>): number {
  const { epochMs, monotonicMs } = clock.now()
  const { requestedAt } = tokens
  const ageMs = Math.max(monotonicMs - requestedAt.monotonicMs, epochMs - requestedAt.epochMs)
  return lifetimeMs(tokens) - ageMs
}

/** How long the access token lived when it was asked for, in milliseconds; `Infinity` where the server did not say. */
export function lifetimeMs({ expiresAt, requestedAt }: TokenLifetime): number {
  return expiresAt === undefined ? Number.POSITIVE_INFINITY : expiresAt - requestedAt.epochMs
}

/**
 * Whether an access token has expired, or will within `leewaySeconds`. A token whose lifetime the server
 * did not give never has: its API will tell (RFC 6749 §5.1).
 *
 * @example
 * ```ts
 * import { isExpired } from '@latchkey/core'
 *
 * const tokens = { expiresAt: Date.now() + 60_000 }
 * isExpired(tokens) // false
 * isExpired(tokens, 120) // true
 * ```
 */
export function isExpired(tokens: Pick<TokenSet, 'expiresAt'>, leewaySeconds = 0): boolean {
  return tokens.expiresAt !== undefined && tokens.expiresAt - leewaySeconds * 1000 <= Date.now()
}
