import type { Clock } from '../platform/ports.ts'
import { type AccessToken, remainingMs, type TokenSet } from '../protocol/token-set.ts'
import { isSameApi, isWithin, type TokenTarget } from '../protocol/token-target.ts'

/** An access token beside the session's own, from the same refresh token (RFC 8707 §2.2). */
export interface TargetedToken extends AccessToken {
  /** What it was asked for, which is not always what was granted. */
  readonly target: TokenTarget
}

/** Whoever asks for ever other scopes is not to fill the memory. */
const mostTokens = 32

/** The token that is for a target, in the widest sense: one that allows more will do. It may have expired. */
export function findToken(
  {
    tokens,
    targeted = [],
  }: { readonly tokens?: AccessToken; readonly targeted?: readonly TargetedToken[] | undefined },
  target: TokenTarget | undefined,
): AccessToken | undefined {
  if (!target) return tokens
  // The newest first: it is the one that may have replaced another.
  const found = targeted.filter((token) => isFor(token, target)).at(-1)
  const isOwnEnough =
    isSameApi({}, target) && tokens && target.scope !== undefined && isWithin(target.scope, tokens.scope)
  return found ?? (isOwnEnough ? tokens : undefined)
}

/** What was granted may be said in other words than what was asked for, or not be said at all. */
function isFor(token: TargetedToken, target: TokenTarget): boolean {
  if (!isSameApi(token.target, target)) return false
  // Whoever names no scope wants whatever there is, and not what another asked for.
  if (target.scope === undefined) return token.target.scope === undefined
  return isWithin(target.scope, token.target.scope) || isWithin(target.scope, token.scope)
}

/** The tokens for targets once a new one is there: it replaces what it covers, and what has expired goes. */
export function withToken(
  targeted: readonly TargetedToken[] = [],
  next: TargetedToken,
  clock: Clock,
): readonly TargetedToken[] {
  const others = targeted.filter((token) => !isFor(next, token.target) && remainingMs(token, clock) > 0)
  return [...others.slice(1 - mostTokens), next]
}

/** An answer to a refresh for a target: what is the session's of it, and what is the target's. */
export function splitAnswer(
  answer: TokenSet,
  before: TokenSet,
  target: TokenTarget,
): { readonly tokens: TokenSet; readonly token: TargetedToken } {
  const { accessToken, tokenType, expiresAt, requestedAt, scope, ...sessions } = answer
  const { refreshToken: _, idToken: __, claims: ___, clockSkewSeconds: ____, ...own } = before
  return {
    tokens: { ...sessions, ...own },
    token: {
      target,
      accessToken,
      tokenType,
      requestedAt,
      scope,
      ...(expiresAt !== undefined && { expiresAt }),
    },
  }
}
