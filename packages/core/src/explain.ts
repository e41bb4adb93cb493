import type { AuthErrorCode } from './errors.ts'
import type { KeeperDescription, Session } from './keeper/keeper.ts'
import type { RungReport } from './restore/ladder.ts'
import type { RungName } from './restore/rung.ts'
import type { AuthState } from './state.ts'

/** Why somebody is or is not signed in, fit for a support ticket: it holds no secret. */
export interface Explanation {
  /** In one sentence. */
  readonly sentence: string
  readonly status: AuthState<unknown>['status']
  readonly reason: AuthState<unknown>['reason']
  readonly errorCode: AuthErrorCode | undefined
  /** What is known of the session; undefined where there is none. */
  readonly session:
    | Pick<Session, 'scope' | 'scopeNotGranted' | 'accessTokenExpiresAt' | 'hasRefreshToken' | 'isBound'>
    | undefined
  /** Where the tokens are kept, and why not where they should be; undefined while nothing needed to know. */
  readonly keeper: KeeperDescription | undefined
  /** How this page looked for a session that began on another, in order. Empty where nothing was there to look for. */
  readonly restore: readonly RungReport[]
}

const because: Readonly<Record<AuthState<unknown>['reason'], string>> = {
  starting: 'nothing was looked at yet',
  restoring: 'a session was here before, and is being looked for',
  callback: 'the provider’s answer is being turned into a session',
  no_session: 'this page was loaded without a session, and nobody has signed in since',
  signed_out: 'the person signed out',
  signed_out_elsewhere: 'the person signed out in another tab',
  restore_failed: 'a session was here before, but it could not be asked for',
  restore_timeout: 'a session was here before, and looking for it takes long',
  sign_in_failed: 'the last sign-in failed',
  session_ended: 'the provider ended the session',
  session_lost: 'what kept the session, a vault or a key, is gone, and no other tab had it',
  session_expired: 'the access token expired, and nothing was there to renew it',
  idle_timeout: 'nobody did anything for too long',
  session_limit: 'the session lasted long enough',
  subject_changed: 'the provider answered for another person',
  redirect_cancelled: 'the page was being left, and came back',
  signed_in: 'the person signed in on this page',
  restored: 'the session was found again',
  signed_in_elsewhere: 'the person signed in in another tab',
  user_changed: 'the person signed in on this page, and is described anew',
  suspended: 'the session is over, and the page waits for the person to sign in again',
  requested: 'it was asked for',
}

const what: Readonly<Record<AuthState<unknown>['status'], string>> = {
  loading: 'Not decided yet',
  unauthenticated: 'Not signed in',
  authenticated: 'Signed in',
  redirecting: 'Leaving for the provider',
}

const foundBy: Readonly<Record<RungName, string>> = {
  vault: 'because the vault had kept it',
  tab: 'because another tab handed it over',
  storage: 'because its refresh token rests in this browser, bound to a key',
  frame: 'because the provider, asked in a hidden frame, knew the person',
  redirect: 'because the provider, asked by a redirect, knew the person',
}

/** What an explanation is made of beside the state and the session. */
export interface ExplanationParts extends Pick<Explanation, 'keeper' | 'restore'> {
  /** Whether the session is over, and the provider is being asked for another before anybody is told. */
  readonly isRecovering?: boolean | undefined
}

/** Puts a state, and what is known of its session, into words. */
export function explainState(
  state: AuthState<unknown>,
  session: Session | undefined,
  { keeper, restore, isRecovering }: ExplanationParts = { keeper: undefined, restore: [] },
): Explanation {
  const { status, reason, error } = state
  const isTried = restore.length > 0
  const isLost = reason === 'no_session' && isTried
  const found = reason === 'restored' && restore.find(({ outcome }) => outcome === 'restored')
  const isSignedIn = status === 'authenticated'
  const parts = [
    `${what[status]}: `,
    isLost ? 'a session was here before, and was not found again' : because[reason],
    isTried && /^(no_session|restore_failed|restore_timeout)$/.test(reason) && ` (${inWords(restore)})`,
    found && `, ${foundBy[found.rung]}`,
    isSignedIn && session?.scopeNotGranted && `; asked for and not granted: ${session.scopeNotGranted}`,
    error && ` (${error.code})`,
    isSignedIn &&
      isRecovering &&
      '; that session is over, and the provider is being asked in a hidden frame whether it has another',
    '.',
  ]
  return {
    sentence: parts.filter(Boolean).join(''),
    status,
    reason,
    errorCode: error?.code,
    session: session && {
      scope: session.scope,
      ...(session.scopeNotGranted && { scopeNotGranted: session.scopeNotGranted }),
      accessTokenExpiresAt: session.accessTokenExpiresAt,
      hasRefreshToken: session.hasRefreshToken,
      ...(session.isBound !== undefined && { isBound: session.isBound }),
    },
    keeper,
    restore,
  }
}

function inWords(reports: readonly RungReport[]): string {
  return reports
    .map(
      ({ rung, outcome, why, unanswered }) =>
        `${rung}: ${(why ?? outcome).replaceAll('_', ' ')}${unanswered ? ` at ${unanswered}` : ''}`,
    )
    .join(', ')
}
