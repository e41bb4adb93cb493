import type { AuthClient } from '@latchkey/core'
import { placeInApp } from './address.ts'
import { finishSignIn, type HandleCallbackOptions } from './finish-sign-in.ts'
import type { RouteArgs } from './require-auth.ts'

/** A route object of React Router. */
export interface CallbackRoute {
  readonly path: string
  readonly loader: (args: RouteArgs) => Promise<Response>
  readonly element: null
}

/**
 * The route at your `redirectUri`, for React Router in data mode: finishes the sign-in and goes on inside the router,
 * in place of the callback's own history entry. Whatever failed is for the route's `errorElement`, with the `returnTo`
 * that a new `login()` needs.
 *
 * Hash and memory routers do not see that address: render `<Callback>` in place of the router there.
 *
 * @param path Of the `redirectUri`, without the router's `basename`.
 *
 * @example
 * ```tsx
 * import { callbackRoute } from '@latchkey/react/router'
 * import { createBrowserRouter } from 'react-router-dom'
 *
 * export const router = createBrowserRouter([
 *   { ...callbackRoute(auth, '/callback'), errorElement: <p>The sign-in did not work.</p> },
 * ])
 * ```
 */
export function callbackRoute<TUser>(
  auth: AuthClient<TUser>,
  path: string,
  options: HandleCallbackOptions = {},
): CallbackRoute {
  // Of a route without an element the router warns on the console, with the whole address: the code would be in it.
  return { path, loader: handleCallback(auth, options), element: null }
}

/**
 * What {@link callbackRoute} does, for the `clientLoader` of a route module in framework mode.
 *
 * @throws {AuthError} whatever kept the sign-in from being finished
 *
 * @example
 * ```tsx
 * import { handleCallback } from '@latchkey/react/router'
 *
 * export const clientLoader = handleCallback(auth)
 *
 * export default function Callback() {
 *   return <p>Signing in…</p>
 * }
 * ```
 */
export function handleCallback<TUser>(
  auth: AuthClient<TUser>,
  options: HandleCallbackOptions = {},
): (args: RouteArgs) => Promise<Response> {
  return async ({ request }) => {
    const place = await finishSignIn(auth, request.signal, options)
    const { origin } = new URL(request.url)
    // Only absolute addresses are taken as they are: to others the router adds its base path.
    const Location = origin + placeInApp(place, origin)
    return new Response(null, { status: 302, headers: { Location, 'X-Remix-Replace': 'true' } })
  }
}
