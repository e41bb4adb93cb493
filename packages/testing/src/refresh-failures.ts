import { type AnyAuthError, ConfigurationError, NetworkError, SignInRequiredError } from '@latchkey/core'

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

/** Why a token is not renewed that nothing can renew; with a target, not got at all. */
export function cannotRefresh(target?: string): AnyAuthError {
  if (target) {
    return new ConfigurationError(
      'no_refresh_token',
      'A token for one API or scope is got by the refresh token: createTestAuth was given hasRefreshToken: false.',
    )
  }
  return new SignInRequiredError(
    'session_expired',
    'The access token cannot be renewed: createTestAuth was given hasRefreshToken: false. Call login().',
  )
}
