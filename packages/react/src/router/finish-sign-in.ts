import { type AuthClient, type CallbackResult, isAuthError } from '@latchkey/core'
import { signedIn } from './signed-in.ts'
import { untilAborted } from './until-aborted.ts'

/** What a callback route takes. */
export interface HandleCallbackOptions {
  /** Where to go after the sign-in: path, query and hash, with the router's base path. Default: `returnTo`. */
  readonly goTo?: (result: CallbackResult) => string
}

/**
 * Finishes the sign-in that the page was opened with, and tells where to go. One that a reload cut off is started
 * again, as often as the breaker allows.
 *
 * @throws {AuthError} whatever kept the sign-in from being finished, with its `returnTo`
 * @throws the signal's reason, once it is aborted
 */
export async function finishSignIn<TUser>(
  auth: AuthClient<TUser>,
  signal: AbortSignal,
  { goTo = ({ returnTo }) => returnTo }: HandleCallbackOptions,
): Promise<string> {
  try {
    return goTo(await untilAborted(auth.handleCallback(), signal))
  } catch (error) {
    if (!isAuthError(error) || error.code !== 'sign_in_interrupted') throw error
    const { returnTo = '/' } = error
    await signedIn(auth, { returnTo, signal })
    return returnTo
  }
}
