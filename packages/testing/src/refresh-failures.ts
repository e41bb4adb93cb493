import { NetworkError, SignInRequiredError } from '@latchkey/core'

/** What a refresh fails with where a test does not say. */
export function networkFailed(): NetworkError {
  return new NetworkError(
    'network_failed',
    'The provider could not be reached (failNextRefresh). The session is kept; try again later.',
  )
}

/** What the provider's end of a session is told with. */
export function sessionEnded(): SignInRequiredError {
  return new SignInRequiredError(
    'session_ended',
    'The provider no longer accepts this session. Call login().',
  )
}

/** Why a token is not renewed that nothing can renew. */
export function cannotRefresh(): SignInRequiredError {
  return new SignInRequiredError(
    'session_expired',
    'The access token cannot be renewed: createTestAuth was given hasRefreshToken: false. Call login().',
  )
}
