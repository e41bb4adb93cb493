import type { AuthClient, LoginOptions } from '@latchkey/core'
import { addressOf, type RouterHistory } from '../address.ts'
import { isAsDemanded, signedIn } from '../signed-in.ts'

/** What TanStack Router calls `beforeLoad` with, as far as it matters here. */
export interface BeforeLoadArgs {
  readonly location: { readonly publicHref: string }
  readonly abortController: AbortController
  /** Whether nobody has gone there: a link is only pointed at, or in view. */
  readonly preload: boolean
}

/** What {@link requireAuth} takes. */
export interface RequireAuthOptions {
  /** What the sign-in asks for. `returnTo` is the guarded page unless it says otherwise. */
  readonly login?: LoginOptions
  /** Say so for `createHashHistory()` and `createMemoryHistory()`. Default: `browser`. */
  readonly history?: RouterHistory
}

/**
 * Guards a route of TanStack Router and all below it: before somebody is signed in none of them is shown, and no
 * loader runs. Where nobody is, the sign-in is started, as `requireSession()` of the client does it, and the navigation
 * waits until the page is left or the person goes elsewhere. A preload starts nothing: it ends where nobody is signed in.
 *
 * The user is in the route's context, and in that of the routes below. Throws {@link SignInRequiredError} where nobody
 * is sent to sign in unasked (after a sign-out, say): the route's `errorComponent` offers a button.
 *
 * @example
 * ```tsx
 * import { requireAuth } from '@latchkey/react/tanstack-router'
 * import { createRootRoute, createRoute } from '@tanstack/react-router'
 *
 * const root = createRootRoute()
 * const signedIn = requireAuth(auth)
 *
 * export const settings = createRoute({
 *   getParentRoute: () => root,
 *   path: '/settings',
 *   beforeLoad: signedIn,
 *   loader: ({ context }) => `Settings of ${context.user.name}`,
 * })
 * ```
 */
export function requireAuth<TUser>(
  auth: AuthClient<TUser>,
  { login, history = 'browser' }: RequireAuthOptions = {},
): (args: BeforeLoadArgs) => Promise<{ user: TUser }> {
  return async ({ location, abortController, preload }) => {
    const { signal } = abortController
    if (preload && !(auth.getState().status === 'authenticated' && isAsDemanded(auth, login))) {
      // Given up, as by whoever goes elsewhere: an error would be the outcome of the preload.
      abortController.abort()
      throw signal.reason
    }
    const returnTo = addressOf(location.publicHref, history)
    const { user } = await signedIn(auth, { returnTo, signal, login })
    return { user }
  }
}
