import type { Session } from './keeper/keeper.ts'
import type { AuthState } from './state.ts'

/** Why somebody is or is not signed in, fit for a support ticket: it holds no secret. */
export interface Explanation {
  /** In one sentence. */
  readonly sentence: string
  readonly status: AuthState<unknown>['status']
  readonly reason: string
  readonly errorCode: string | undefined
  /** What is known of the session; undefined where there is none. */
  readonly session: Omit<Session, 'claims'> | undefined
}

const because: Readonly<Record<AuthState<unknown>['reason'], string>> = {
  starting: 'nothing was looked at yet',
  callback: 'the provider’s answer is being turned into a session',
  no_session: 'this page was loaded without a session, and nobody has signed in since',
  signed_out: 'the person signed out',
  sign_in_failed: 'the last sign-in failed',
  session_ended: 'the provider ended the session',
  session_expired: 'the access token expired, and nothing was there to renew it',
  subject_changed: 'the provider answered for another person',
  redirect_cancelled: 'the page was being left, and came back',
  signed_in: 'the person signed in on this page',
  user_changed: 'the person signed in on this page, and is described anew',
  requested: 'it was asked for',
}

const what: Readonly<Record<AuthState<unknown>['status'], string>> = {
  loading: 'Not decided yet',
  unauthenticated: 'Not signed in',
  authenticated: 'Signed in',
  redirecting: 'Leaving for the provider',
}

/** Puts a state, and what is known of its session, into words. */
export function explainState(state: AuthState<unknown>, session: Session | undefined): Explanation {
  const { status, reason, error } = state
  return {
    sentence: `${what[status]}: ${because[reason]}${error ? ` (${error.code})` : ''}.`,
    status,
    reason,
    errorCode: error?.code,
    session: session && {
      scope: session.scope,
      accessTokenExpiresAt: session.accessTokenExpiresAt,
      hasRefreshToken: session.hasRefreshToken,
    },
  }
}
