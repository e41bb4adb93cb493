import type { RefreshableTokenSet } from '../protocol/refresh-grant.ts'
import type { TokenSet, UserInfo } from '../protocol/token-set.ts'
import type { Session } from './keeper.ts'
import type { TargetedToken } from './targeted-token.ts'

/** A session's tokens, and where they stand among those that other tabs hold. */
export interface HeldTokens {
  readonly tokens: TokenSet
  /** Access tokens for single APIs or scopes, beside the session's own. */
  readonly targeted?: readonly TargetedToken[] | undefined
  /** Which sign-in they come from: see `SessionRecord`. */
  readonly epoch: number
  /** How often they were refreshed since. */
  readonly refreshes: number
  /** The refresh that last brought another refresh token. */
  readonly rotation: number
  /** Whoever handed them over keeps the refresh token, and renews for us. */
  readonly isLent: boolean
  /**
   * The refresh token came with an ID token that is yet to be proven, and so does not count otherwise: the access token, and
   * who it is, are those of before.
   */
  readonly isUnproven?: boolean | undefined
  /** See {@link Session}. */
  readonly switchedTo?: Session['switchedTo'] | undefined
  /** See {@link Session}. */
  readonly scopeNotGranted?: string | undefined
}

/** Whether `one` is to replace `other`: of a later sign-in, refreshed more often, or ours to refresh. */
export function isNewer(one: HeldTokens, other: HeldTokens | undefined): boolean {
  if (!other || one.epoch !== other.epoch) return one.epoch > (other?.epoch ?? 0)
  return one.refreshes > other.refreshes || (one.refreshes === other.refreshes && other.isLent && !one.isLent)
}

/** What is held once a refresh of it has brought these tokens. */
export function refreshed(
  before: HeldTokens,
  tokens: TokenSet,
  targeted: HeldTokens['targeted'] = before.targeted,
): HeldTokens {
  const refreshes = before.refreshes + 1
  const isRotated = tokens.refreshToken !== before.tokens.refreshToken
  const { isUnproven: _, ...held } = before
  return { ...held, tokens, targeted, refreshes, rotation: isRotated ? refreshes : before.rotation }
}

/** The same tokens, but for a refresh token that came in place of theirs, and is all that is known so far. */
export function rotated<T extends HeldTokens>(before: T, refreshToken: string): T {
  const refreshes = before.refreshes + 1
  const tokens = { ...before.tokens, refreshToken }
  return { ...before, tokens, refreshes, rotation: refreshes, isUnproven: true }
}

/** Whether these tokens can be exchanged for new ones here. */
export function isRefreshable(tokens: TokenSet): tokens is RefreshableTokenSet {
  return tokens.refreshToken !== undefined
}

/** What may be known of it outside the keeper. */
export function describeSession(
  held: Pick<HeldTokens, 'epoch' | 'tokens' | 'isLent' | 'switchedTo' | 'scopeNotGranted'>,
  userInfo?: UserInfo,
): Session {
  const { epoch, tokens, isLent, switchedTo, scopeNotGranted } = held
  return {
    epoch,
    claims: tokens.claims,
    scope: tokens.scope,
    accessTokenExpiresAt: tokens.expiresAt,
    hasRefreshToken: isLent || isRefreshable(tokens),
    ...(tokens.keyId !== undefined && { isBound: tokens.tokenType === 'dpop' }),
    ...(userInfo && { userInfo }),
    ...(tokens.authorizationDetails && { authorizationDetails: tokens.authorizationDetails }),
    ...(tokens.providerSession && { providerSession: tokens.providerSession }),
    ...(tokens.clockSkewSeconds && { clockSkewSeconds: tokens.clockSkewSeconds }),
    ...(switchedTo && { switchedTo }),
    ...(scopeNotGranted && { scopeNotGranted }),
  }
}

/** The tokens as another tab may hold them without ever refreshing by itself. What nobody can refresh is not lent. */
export function lend({ tokens, ...held }: HeldTokens): HeldTokens {
  const { refreshToken: _, ...given } = tokens
  return { ...held, tokens: given, isLent: held.isLent || isRefreshable(tokens) }
}
