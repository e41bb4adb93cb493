import type { Clock, Instant } from '../platform/ports.ts'
import type { RefreshableTokenSet } from '../protocol/refresh-grant.ts'
import type { TokenSet } from '../protocol/token-set.ts'
import type { Session } from './keeper.ts'

/** A session's tokens, and where they stand among those that other tabs hold. */
export interface HeldTokens {
  readonly tokens: TokenSet
  /** Which sign-in they come from: see `SessionRecord`. */
  readonly epoch: number
  /** How often they were refreshed since. */
  readonly refreshes: number
  /** The refresh that last brought another refresh token. */
  readonly rotation: number
  /** Whoever handed them over keeps the refresh token, and renews for us. */
  readonly isLent: boolean
}

/** Whether `one` is to replace `other`: of a later sign-in, refreshed more often, or ours to refresh. */
export function isNewer(one: HeldTokens, other: HeldTokens | undefined): boolean {
  if (!other || one.epoch !== other.epoch) return one.epoch > (other?.epoch ?? 0)
  return one.refreshes > other.refreshes || (one.refreshes === other.refreshes && other.isLent && !one.isLent)
}

/** Without OpenID Connect nobody has a name, and only one sign-in is known to be one person. */
export function isSamePerson(one: HeldTokens, other: HeldTokens): boolean {
  const subject = one.tokens.claims?.sub
  return one.epoch === other.epoch || (subject !== undefined && subject === other.tokens.claims?.sub)
}

/** Whether these tokens can be exchanged for new ones here. */
export function isRefreshable(tokens: TokenSet): tokens is RefreshableTokenSet {
  return tokens.refreshToken !== undefined
}

/** What may be known of it outside the keeper. */
export function describeSession({ tokens, isLent }: HeldTokens): Session {
  return {
    claims: tokens.claims,
    scope: tokens.scope,
    accessTokenExpiresAt: tokens.expiresAt,
    hasRefreshToken: isLent || isRefreshable(tokens),
    ...(tokens.clockSkewSeconds && { clockSkewSeconds: tokens.clockSkewSeconds }),
  }
}

/** The tokens as another tab may hold them without ever refreshing by itself. What nobody can refresh is not lent. */
export function lend({ tokens, ...held }: HeldTokens): HeldTokens {
  const { refreshToken: _, ...given } = tokens
  return { ...held, tokens: given, isLent: held.isLent || isRefreshable(tokens) }
}

/** For another tab, as JSON. Monotonic clocks start anew in every page, so the age travels by the wall clock. */
export function packTokens(held: HeldTokens): string {
  return JSON.stringify(held)
}

/** What another tab packed; undefined for anything else. */
export function unpackTokens(text: string, clock: Clock): HeldTokens | undefined {
  const held: unknown = JSON.parse(text)
  if (!isHeldTokens(held)) return undefined
  const { tokens } = held
  return { ...held, tokens: { ...tokens, requestedAt: onThisClock(tokens.requestedAt.epochMs, clock) } }
}

/** A moment that another page or a worker knows by the wall clock, by the clocks of this one. */
export function onThisClock(epochMs: number, clock: Clock): Instant {
  const now = clock.now()
  return { epochMs, monotonicMs: now.monotonicMs - Math.max(0, now.epochMs - epochMs) }
}

function isHeldTokens(value: unknown): value is HeldTokens {
  if (!hasTypes(value, { epoch: 'number', refreshes: 'number', rotation: 'number', isLent: 'boolean' }))
    return false
  const { tokens } = value
  return (
    hasTypes(tokens, { accessToken: 'string', scope: 'string' }) &&
    tokens.tokenType === 'bearer' &&
    hasTypes(tokens.requestedAt, { epochMs: 'number' }) &&
    ['string', 'undefined'].includes(typeof tokens.refreshToken) &&
    ['number', 'undefined'].includes(typeof tokens.expiresAt) &&
    ['number', 'undefined'].includes(typeof tokens.clockSkewSeconds)
  )
}

function hasTypes(value: unknown, types: Readonly<Record<string, string>>): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(types).every(
    ([name, type]) => typeof (value as Record<string, unknown>)[name] === type,
  )
}
