import { SignInRequiredError } from '../errors.ts'

/** What is told where another tab has found out that the session is over. */
export function endedElsewhere(code: 'session_ended' | 'session_expired'): SignInRequiredError {
  return new SignInRequiredError(
    code,
    code === 'session_ended'
      ? 'The provider no longer accepts this session, as another tab of this app was told. Call login().'
      : 'The session has expired, as another tab of this app found, and nothing can renew it. Call login().',
  )
}
