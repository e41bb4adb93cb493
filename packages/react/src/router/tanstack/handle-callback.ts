import type { AuthClient } from '@latchkey/core'
import { placeInApp } from '../address.ts'
import { finishSignIn, type HandleCallbackOptions } from '../finish-sign-in.ts'
import type { BeforeLoadArgs } from './require-auth.ts'

/**
 * The `beforeLoad` of the route at your `redirectUri`, for TanStack Router: finishes the sign-in and goes on inside the
 * router, in place of the callback's own history entry. Whatever failed is for the route's `errorComponent`, with the
 * `returnTo` that a new `login()` needs.
 *
 * Hash and memory histories do not hold that address: render `<Callback>` in place of the router there.
 *
 * @example
 * ```tsx
 * import { handleCallback } from '@latchkey/react/tanstack-router'
 * import { createRootRoute, createRoute } from '@tanstack/react-router'
 *
 * const root = createRootRoute()
 *
 * export const callback = createRoute({
 *   getParentRoute: () => root,
 *   path: '/callback',
 *   beforeLoad: handleCallback(auth),
 *   errorComponent: () => <p>The sign-in did not work.</p>,
 * })
 * ```
 */
export function handleCallback<TUser>(
  auth: AuthClient<TUser>,
  options: HandleCallbackOptions = {},
): (args: Pick<BeforeLoadArgs, 'abortController'>) => Promise<never> {
  return async ({ abortController }) => {
    throw redirectTo(await finishSignIn(auth, abortController.signal, options))
  }
}

/** What the router's `redirect()` makes. */
function redirectTo(place: string): Response {
  const href = placeInApp(place, location.origin)
  const response = new Response(null, { status: 307, headers: { Location: href } })
  return Object.assign(response, { options: { href, statusCode: 307 } })
}
