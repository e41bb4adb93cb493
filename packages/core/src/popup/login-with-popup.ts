import type { AuthClient } from '../client.ts'
import { windowHost } from '../sign-in/window-host.ts'
import { openSignIn } from './open-sign-in.ts'
import type { PopupOptions } from './popup-options.ts'

/**
 * Signs in by a window, while the page stays as it is. Call it in a click, before anything is awaited: browsers block a
 * window that opens by itself. It settles when somebody is signed in here; until then, and where it fails, the state stays
 * what it was. A failure is also told by the event `error`.
 *
 * The provider sends the window to `silentRedirectUri` where that is set (nothing of the app is loaded in the window),
 * and to `redirectUri` otherwise, where `<Callback>` passes the answer on. No response header of the app or of the
 * provider (`Cross-Origin-Opener-Policy`) is in the way.
 *
 * @throws {SignInRequiredError} `popup_blocked`, with `fallback: 'redirect'` and the `demand` for `login()` ·
 * `popup_closed` · `popup_timeout` · `signing_out` · `reauthentication_required`
 * @throws {ConfigurationError} `invalid_option` · `insecure_context` · `no_browser`
 * @throws {ServerError} and {NetworkError} as a sign-in by redirect
 * @throws the reason of `signal`
 *
 * @example
 * ```ts
 * import { isAuthError } from '@latchkey/core'
 * import { loginWithPopup } from '@latchkey/core/popup'
 *
 * async function onClick() {
 *   try {
 *     await loginWithPopup(auth)
 *   } catch (error) {
 *     if (isAuthError(error) && error.code === 'popup_blocked') await auth.login()
 *   }
 * }
 * document.querySelector('button')?.addEventListener('click', onClick)
 * ```
 */
export async function loginWithPopup<TUser>(
  auth: Pick<AuthClient<TUser>, typeof windowHost>,
  options: PopupOptions = {},
): Promise<void> {
  return openSignIn(auth[windowHost], options)
}
