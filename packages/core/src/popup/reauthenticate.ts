import type { AuthClient } from '../client.ts'
import { windowHost } from '../sign-in/window-host.ts'
import { notSignedIn } from '../withheld.ts'
import { openSignIn } from './open-sign-in.ts'
import type { PopupOptions } from './popup-options.ts'

/** As much of a client as asking the person again needs. */
export type ReauthenticatedClient<TUser> = Pick<AuthClient<TUser>, 'getState' | typeof windowHost>

/**
 * Asks the person who is signed in to sign in again, by a window: because the session is over and held on to (see
 * {@link holdSession}), or because an API wants more of them (`reauthenticate(auth, error.demand)`). Call it in a click.
 *
 * Whoever else comes back is refused: they get no session here, and the one that was there goes on.
 *
 * @throws {SignInRequiredError} `not_signed_in`: there is nobody to be asked · `subject_changed`: somebody else came back;
 * ask again with `prompt: 'login'` · and as `loginWithPopup`
 *
 * @example
 * ```ts
 * import { reauthenticate } from '@latchkey/core/popup'
 *
 * document.querySelector('button')?.addEventListener('click', () => reauthenticate(auth))
 * ```
 */
export async function reauthenticate<TUser>(
  auth: ReauthenticatedClient<TUser>,
  options: PopupOptions = {},
): Promise<void> {
  const { status, user } = auth.getState()
  if (status !== 'authenticated') throw notSignedIn()
  const expectedSubject = (user as { readonly sub?: string } | undefined)?.sub
  return openSignIn(auth[windowHost], options, { expectedSubject })
}
