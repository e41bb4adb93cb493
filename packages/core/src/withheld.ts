import { ConfigurationError, NetworkError, SignInRequiredError } from './errors.ts'

/** What whoever asks for a token is told where there is no session. */
export function notSignedIn(): SignInRequiredError {
  return new SignInRequiredError('not_signed_in', 'Nobody is signed in. Call login().')
}

/** What whoever waited for one person's token is told. */
export function subjectChanged(): SignInRequiredError {
  return new SignInRequiredError(
    'subject_changed',
    'Another person signed in, in another tab, while this token was asked for. Ask again for theirs.',
  )
}

/** What whoever needs the network is told where there is none. */
export function offline(): NetworkError {
  return new NetworkError('network_failed', 'The browser is offline. The session is kept; try again later.')
}

/** What whoever asks for a token is told that is good for nothing without a proof (RFC 9449 §7). */
export function tokenBound(): ConfigurationError {
  return new ConfigurationError(
    'token_bound',
    'The access token is bound to a key (DPoP), and good for nothing without a proof of it. Call the API with auth.fetch().',
  )
}

/** What whoever asks a sealed vault for a token is told. */
export function tokenSealed(): ConfigurationError {
  return new ConfigurationError(
    'token_sealed',
    'The vault is sealed: no token enters the page. Call the API with auth.fetch(), which sends the request from the vault.',
  )
}
