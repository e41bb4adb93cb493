import type { Backoff } from '../backoff.ts'
import { type AnyAuthError, NetworkError } from '../errors.ts'
import type { Clock, Page } from '../platform/ports.ts'
import { remainingMs } from '../protocol/token-set.ts'
import type { TokenTarget } from '../protocol/token-target.ts'
import type { HeldSession } from './held-session.ts'
import type { HeldTokens } from './held-tokens.ts'
import type { Tabs } from './tabs.ts'

/** Whom a failed refresh concerns. */
export interface FailedRefreshContext {
  readonly clock: Clock
  readonly page: Pick<Page, 'isOnline'>
  readonly session: HeldSession
  readonly tabs: Tabs
  readonly backoff: Backoff
  /** What the token was for; undefined: the session's own. */
  readonly target: TokenTarget | undefined
}

/** Only a definitive refusal, another subject, or an expired token that nothing can renew ends a session. */
export function noteFailedRefresh(
  { clock, page, session, tabs, backoff, target }: FailedRefreshContext,
  { tokens, epoch, refreshes, isLent }: HeldTokens,
  error: AnyAuthError,
): void {
  const { code } = error
  // Whoever lent the tokens may only be frozen, and knows better whether it is over.
  const isExpired = code === 'session_expired' && !isLent && remainingMs(tokens, clock) <= 0
  if (code === 'session_lost') {
    // Only what is in this page is known to be gone.
    session.end(code, error)
  } else if (code === 'session_ended' || code === 'subject_changed' || isExpired) {
    // What another tab has renewed goes on there.
    if (!session.isBehind()) tabs.tell({ kind: 'ended', epoch, refreshes, code })
    session.end(isExpired ? 'session_expired' : code, error)
  } else if (target && !(error instanceof NetworkError)) {
    // That one API's token is refused concerns whoever asked for it, and nobody else.
  } else if (code !== 'session_expired') {
    const retryAt = page.isOnline() ? backoff.failed(error) : undefined
    // Who only borrows has not asked the provider, and knows nothing of it.
    if (error instanceof NetworkError && retryAt !== undefined && !isLent) {
      tabs.tell({ kind: 'refresh_failed', epoch, retryInMs: retryAt - clock.now().epochMs, code })
    }
    session.tell({ type: 'refresh_failed', error, retryAt })
  }
}
