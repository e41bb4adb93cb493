import type { AuthClient, CallbackResult } from '@latchkey/core'
import { abortable } from '@latchkey/core/internal/abortable'
import { cutOffSignIn } from '../cut-off-sign-in.ts'
import { signedIn } from './signed-in.ts'

/** What a callback route takes. */
export interface HandleCallbackOptions {
  /**
   * Where to go after the sign-in: path, query and hash, with the router's base path. Anything that is not on this origin
   * is replaced by `/`. Default: `returnTo`.
   */
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
    return goTo(await abortable(auth.handleCallback(), signal))
  } catch (error) {
    const cutOff = cutOffSignIn(error)
    if (!cutOff) throw error
    await signedIn(auth, { ...cutOff, signal })
    return goTo(cutOff)
  }
}
