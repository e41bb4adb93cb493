import type { AuthClient, LoginOptions } from '@latchkey/core'
import { addressOf, pageAddress, placeOf, type RouterHistory } from './address.ts'
import { signedIn } from './signed-in.ts'

/** What React Router calls loaders and middleware with, as far as it matters here. */
export interface RouteArgs {
  readonly request: Request
  readonly context?: unknown
}

/** What `createContext()` of React Router (7.3 and later) makes, as far as it matters here. */
export interface RouterContextKey<TValue> {
  readonly defaultValue?: TValue
}

/** What {@link requireAuth} takes. */
export interface RequireAuthOptions<TUser> {
  /** What the sign-in asks for. `returnTo` is the guarded page unless it says otherwise. */
  readonly login?: LoginOptions
  /** Say so for `createHashRouter` and `createMemoryRouter`. Default: `browser`. */
  readonly history?: RouterHistory
  /**
   * The route is no page: `fetcher.load()`, `fetcher.submit()` and `<fetcher.Form>` call it. A sign-in then ends at the
   * page that the person is on, and not at the address of the route.
   */
  readonly forFetchers?: boolean
  /** Where the middleware puts the user, for the loaders and actions below: `context.get(…)`. */
  readonly context?: RouterContextKey<TUser>
}

/** A loader that gives the user, a middleware, and a function to call in loaders and actions of your own. */
export interface RouteGuard<TUser> {
  <TResult>(args: RouteArgs, next: () => Promise<TResult>): Promise<TResult>
  (args: RouteArgs): Promise<{ user: TUser }>
}

/**
 * Guards a route of React Router in data or framework mode: nothing of the route is shown, and behind a middleware no
 * loader below it runs, before somebody is signed in. Where nobody is, the sign-in is started, as `requireSession()`
 * of the client does it, and the navigation waits until the page is left or the person goes elsewhere.
 *
 * The guard throws {@link SignInRequiredError} where nobody is sent to sign in unasked (after a sign-out, say): the
 * route's `errorElement` offers a button. It runs in the browser: as `clientLoader` or `clientMiddleware` where
 * there is a server.
 *
 * @example
 * ```tsx
 * import { requireAuth } from '@latchkey/react/router'
 * import { createBrowserRouter } from 'react-router-dom'
 *
 * export const router = createBrowserRouter([
 *   { path: '/settings', loader: requireAuth(auth), element: <h1>Settings</h1>, errorElement: <p>Please sign in.</p> },
 * ])
 * ```
 */
export function requireAuth<TUser>(
  auth: AuthClient<TUser>,
  { login, history = 'browser', forFetchers = false, context: key }: RequireAuthOptions<TUser> = {},
): RouteGuard<TUser> {
  async function guard({ request, context }: RouteArgs, next?: unknown): Promise<unknown> {
    const returnTo = forFetchers ? pageAddress() : addressOf(placeOf(request, history), history)
    const { user } = await signedIn(auth, { returnTo, signal: request.signal, login })
    // Loaders may be given a second argument too, by whoever calls them in place of React Router.
    if (typeof next !== 'function') return { user }
    if (key) (context as RouterContexts).set(key, user)
    return next()
  }
  return guard as RouteGuard<TUser>
}

interface RouterContexts {
  set<TValue>(key: RouterContextKey<TValue>, value: TValue): void
}
