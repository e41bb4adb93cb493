import type { Session } from './keeper/keeper.ts'

/**
 * When a session ends by itself, in milliseconds since the epoch, as far as this page knows: at the provider's word
 * (claim `session_expiry`, in seconds), or with an access token that nothing renews. Undefined: it goes on.
 */
export function sessionEndsAt(
  { claims, accessTokenExpiresAt, hasRefreshToken, clockSkewSeconds = 0 }: Session,
  { canAskInFrame }: { readonly canAskInFrame: boolean },
): number | undefined {
  const said = claims?.session_expiry
  const ends = [
    typeof said === 'number' && Number.isFinite(said) ? (said - clockSkewSeconds) * 1000 : undefined,
    hasRefreshToken || canAskInFrame ? undefined : accessTokenExpiresAt,
  ].filter((end) => end !== undefined)
  return ends.length > 0 ? Math.min(...ends) : undefined
}
