import { invalid } from '../options/invalid-option.ts'
import { windowHost } from '../sign-in/window-host.ts'
import { notSignedIn } from '../withheld.ts'
import { openSignIn } from './open-sign-in.ts'
import type { PopupOptions } from './popup-options.ts'
import type { ReauthenticatedClient } from './reauthenticate.ts'

/** What to switch to, and how the window is to be. */
export interface SwitchOptions extends PopupOptions {
  /** What tells the provider where to: its parameter for the organisation or the tenant. */
  readonly params: Readonly<Record<string, string>>
}

/**
 * Switches to another organisation or tenant, by a window, which closes by itself where the provider needs nothing of the
 * person. Call it in a click. The session there takes the place of this one once it has passed every check, in every tab;
 * until then, and where it fails, this one goes on. Whatever asks the provider later, in any tab that is in the session,
 * asks for the same `params`. They are kept as the session is: a page that is loaded later, and finds no session in a tab,
 * a vault or storage, has to be told (option `params`).
 *
 * With option `identifiedBy` the event `identity` tells of it, so that caches are cleared.
 *
 * @throws {SignInRequiredError} `not_signed_in`, and as `loginWithPopup`
 * @throws {ConfigurationError} `invalid_option`
 *
 * @example
 * ```ts
 * import { switchTo } from '@latchkey/core/popup'
 *
 * async function chooseOrganization(organization: string) {
 *   await switchTo(auth, { params: { organization } })
 *   localStorage.setItem('organization', organization) // for `createAuthClient({ params: { organization } })`
 * }
 * ```
 */
export async function switchTo<TUser>(
  auth: ReauthenticatedClient<TUser>,
  options: SwitchOptions,
): Promise<void> {
  if (Object.keys(options?.params ?? {}).length === 0) {
    throw invalid('params', 'is missing: it tells the provider what to switch to')
  }
  if (auth.getState().status !== 'authenticated') throw notSignedIn()
  return openSignIn(auth[windowHost], options, { keepsParams: true })
}
