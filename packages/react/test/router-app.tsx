import type { AuthClient, User } from '@latchkey/core'
import { act, cleanup, render, screen } from '@testing-library/react'
import { type ReactNode, useEffect } from 'react'
import type { DataRouter, DOMRouterOpts, RouteObject } from 'react-router-7'
import type { Scene } from '../../core/test/signed-in.ts'
import { AuthProvider, useAuth } from '../src/index.ts'
import { callbackRoute, type RequireAuthOptions, requireAuth } from '../src/router/index.ts'
import { future, type ReactRouter } from './react-routers.ts'
import { RefusedPage } from './refused-page.tsx'
import { disposable, leavePage } from './router-scene.ts'

/** How an app differs from the usual one. */
export interface RouterAppOptions {
  readonly basename?: string
  readonly guard?: RequireAuthOptions<User>
  /** In place of the usual ones. */
  readonly routes?: (auth: AuthClient, pages: Pages) => RouteObject[]
  readonly create?: (routes: RouteObject[], options: DOMRouterOpts) => DataRouter
}

/** What routes show. */
export interface Pages {
  /** Where the router is, and who is signed in by what the loader gave. */
  readonly place: ReactNode
  /** What a guard or a callback threw, with a button that signs in. */
  readonly problem: ReactNode
  readonly waiting: ReactNode
}

/** An app in a React Router's data mode: a callback, a guarded page and one for anybody. */
export interface RouterApp {
  /** The page, from the moment in which its script runs. */
  start(scene: Scene, options?: RouterAppOptions): DataRouter
  /** The page as it is left. */
  leave(): void
  /** Presses a button or a link. */
  press(name: string): void
}

/** The pages know the router by what they are given. */
interface PageProps {
  readonly library: ReactRouter
}

function Place({ library: { Link, useFetcher, useLoaderData, useLocation } }: PageProps): ReactNode {
  const { pathname, search, hash } = useLocation()
  const rows = useFetcher<{ user: User }>()
  const { user } = useLoaderData() as { user?: User }
  return (
    <>
      <p>
        {pathname + search + hash} {user?.name ?? 'anybody'}
      </p>
      <Link to="/settings?tab=3" prefetch="intent">
        settings
      </Link>
      <Link to="/public">public</Link>
      <button type="button" onClick={() => void rows.load('/rows?page=2')}>
        {rows.data ? `rows of ${rows.data.user.name}` : 'rows'}
      </button>
    </>
  )
}

/** The recipe of the README. */
function Problem({
  auth,
  library: { Link, useLocation, useNavigate, useRouteError },
}: PageProps & { readonly auth: AuthClient }): ReactNode {
  const error = useRouteError()
  const { pathname, search } = useLocation()
  const navigate = useNavigate()
  const isAuthenticated = useAuth((session) => session.isAuthenticated)
  useEffect(() => {
    if (isAuthenticated) void navigate(pathname + search, { replace: true })
  }, [isAuthenticated, navigate, pathname, search])
  return (
    <>
      <RefusedPage error={error} auth={auth} />
      <Link to="/public">public</Link>
    </>
  )
}

/** Makes a {@link RouterApp}. */
export function createRouterApp(library: ReactRouter): RouterApp {
  const { createBrowserRouter, RouterProvider } = library
  return {
    start({ auth }, { basename = '/', guard, routes, create = createBrowserRouter } = {}) {
      const waiting = <p>One moment…</p>
      const pages = {
        place: <Place library={library} />,
        problem: <Problem library={library} auth={auth} />,
        waiting,
      }
      const router = disposable(
        create((routes ?? usualRoutes)(auth, pages), { basename, future } as DOMRouterOpts),
      )
      render(
        <AuthProvider client={auth}>
          <RouterProvider router={router} {...{ future }} />
        </AuthProvider>,
      )
      return router

      function usualRoutes(_: AuthClient, { place, problem }: Pages): RouteObject[] {
        const common = { errorElement: problem, hydrateFallbackElement: waiting }
        return [
          { ...callbackRoute(auth, '/callback'), ...common },
          { path: '/settings', loader: requireAuth(auth, guard), element: place, ...common },
          { path: '/public', loader: () => ({}), element: place, ...common },
          { path: '/rows', loader: requireAuth(auth, { ...guard, forFetchers: true }) },
        ]
      }
    },
    leave() {
      leavePage()
      cleanup()
    },
    press: (name) => act(() => screen.getByText(name).click()),
  }
}
