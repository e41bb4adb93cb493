import { isAuthError, type SignInDemand } from '../errors.ts'
import type { PopupOptions } from './popup-options.ts'
import { type ReauthenticatedClient, reauthenticate } from './reauthenticate.ts'

/**
 * Makes a call, and where an API wants more of the person before it answers (RFC 9470 `insufficient_user_authentication`,
 * RFC 6750 `insufficient_scope`), or the provider does before it gives a token for that API (`consent_required`), asks
 * them in a window and makes the call once more. What came back is verified: `acr`
 * and `auth_time` are as the API demands, and it is the same person. Whatever was running goes on with the new session.
 *
 * Start it in a click, and count on `popup_blocked`: Chromium and Firefox remember the click for some seconds, and Safari
 * lets no window open once anything was awaited, as the API's refusal is. The error has the `demand` of the API: offer a
 * button that calls `reauthenticate(auth, error.demand)` first, and then this again.
 *
 * @throws what `call` throws, and what `reauthenticate` does
 *
 * @example
 * ```ts
 * import { withStepUp } from '@latchkey/core/popup'
 *
 * const deleteAccount = () =>
 *   withStepUp(auth, () => auth.fetch('https://api.example.com/account', { method: 'DELETE' }))
 * ```
 */
export async function withStepUp<TUser, TResult>(
  auth: ReauthenticatedClient<TUser>,
  call: () => Promise<TResult>,
  options: PopupOptions = {},
): Promise<TResult> {
  try {
    return await call()
  } catch (error) {
    const demand = demandOf(error)
    if (!demand) throw error
    await reauthenticate(auth, { ...options, ...demand })
    return call()
  }
}

/** What is missing; undefined where it is something else that went wrong, or a window was asked for in vain. */
function demandOf(error: unknown): SignInDemand | undefined {
  if (!isAuthError(error) || error.name !== 'SignInRequiredError' || error.fallback) return undefined
  return Object.keys(error.demand).length > 0 ? error.demand : undefined
}
