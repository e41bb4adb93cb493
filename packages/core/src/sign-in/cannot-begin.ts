import { ConfigurationError, SignInRequiredError } from '../errors.ts'

/** What whoever signs in is told while somebody signs out. */
export function signingOut(): SignInRequiredError {
  return new SignInRequiredError(
    'signing_out',
    'A sign-out came in between. Call login() again once it is over.',
  )
}

/** What is told where the provider was asked for less than the app wants. */
export function createUnsupported(): ConfigurationError {
  return new ConfigurationError(
    'create_unsupported',
    'The provider’s metadata does not list prompt "create", so it was asked for a sign-in. Its page may offer an account ' +
      'all the same.',
  )
}

/** What is told where the browser withholds WebCrypto. */
export function insecureContext(origin: string): ConfigurationError {
  return new ConfigurationError(
    'insecure_context',
    `Signing in needs WebCrypto, which browsers withhold from ${origin} because it is neither https nor loopback. ` +
      'Use https (a development proxy will do), http://localhost, or a tunnel.',
  )
}

/** What is told where the page wants one more sign-in than is begun without the person (the breaker). */
export function loginLoop(): SignInRequiredError {
  return new SignInRequiredError(
    'login_loop',
    'The person was sent to sign in twice without doing anything in between, and not a third time. Show a button that ' +
      'calls login(). Why those were not enough, explain() and the event "error" say; look at acr and maxAge of a guard, ' +
      'too.',
  )
}
