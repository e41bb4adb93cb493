import type { AuthClient, User } from '@latchkey/core'
import {
  type AnyRouter,
  createBrowserHistory,
  createHashHistory,
  createMemoryHistory,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  type RouterHistory as History,
  Link,
  Outlet,
  RouterProvider,
  useLocation,
  useRouteContext,
  useRouter,
} from '@tanstack/react-router'
import { cleanup, render } from '@testing-library/react'
import { type ReactNode, useEffect } from 'react'
import { afterEach } from 'vitest'
import type { Scene } from '../../core/test/signed-in.ts'
import { AuthProvider, useAuth } from '../src/index.ts'
import type { RouterHistory } from '../src/router/index.ts'
import { handleCallback, requireAuth } from '../src/router/tanstack/index.ts'
import { mayBeSaid } from './console-guard.ts'
import { RefusedPage } from './refused-page.tsx'

/** How an app differs from the usual one. */
export interface TanStackAppOptions {
  readonly basepath?: string
  readonly history?: RouterHistory
  /** Where a memory history begins. */
  readonly entry?: string
}

interface RouterContext {
  readonly auth: AuthClient
}

const histories = new Set<History>()
let loaded: string[] = []

/** The loaders that ran, oldest first. */
export function loadersRun(): readonly string[] {
  return loaded
}

/** The page is gone, and with it what its router did to the window's history. */
export function leaveTanStackPage(): void {
  cleanup()
  for (const history of histories) history.destroy()
  histories.clear()
  loaded = []
}

afterEach(leaveTanStackPage)

/** The page of an app, from the moment in which its script runs: a callback, a guarded page and one for anybody. */
export function startTanStackApp(
  { auth }: Scene,
  { basepath = '/', ...options }: TanStackAppOptions = {},
): AnyRouter {
  mayBeSaid(/The above error occurred in|Error: Uncaught/)
  const router = createAppRouter(auth, basepath, options)
  render(
    <AuthProvider client={auth}>
      <RouterProvider router={router} />
    </AuthProvider>,
    // What an error component shows, React would put on the console too.
    { onCaughtError: () => undefined },
  )
  return router
}

function createAppRouter(
  auth: AuthClient,
  basepath: string,
  { history: kind = 'browser', entry = '/' }: TanStackAppOptions,
): AnyRouter {
  const root = createRootRouteWithContext<RouterContext>()({ component: Outlet })
  const callback = createRoute({
    getParentRoute: () => root,
    path: '/callback',
    beforeLoad: handleCallback(auth),
  })
  const guarded = createRoute({
    getParentRoute: () => root,
    id: 'guarded',
    beforeLoad: (args) => requireAuth(args.context.auth, { history: kind })(args),
  })
  const settings = createRoute({
    getParentRoute: () => guarded,
    path: '/settings',
    loader: ({ context: { user } }: { context: { user: User } }) =>
      void loaded.push(`settings of ${user.name}`),
    component: Settings,
  })
  const open = createRoute({ getParentRoute: () => root, path: '/public', component: Public })
  const history =
    kind === 'hash'
      ? createHashHistory()
      : kind === 'memory'
        ? createMemoryHistory({ initialEntries: [entry] })
        : createBrowserHistory()
  histories.add(history)
  return createRouter({
    routeTree: root.addChildren([callback, guarded.addChildren([settings]), open]),
    history,
    basepath,
    context: { auth },
    defaultPendingComponent: Pending,
    defaultPendingMs: 0,
    defaultPendingMinMs: 0,
    defaultErrorComponent: Problem,
  })
}

function Pending(): ReactNode {
  return <p>One moment…</p>
}

function Settings(): ReactNode {
  const { user } = useRouteContext({ strict: false }) as { user: User }
  return <Place of={user.name} />
}

function Public(): ReactNode {
  return <Place of="anybody" />
}

function Place({ of: name }: { of: string | undefined }): ReactNode {
  const { href } = useLocation()
  const to = '/settings' as string
  return (
    <>
      <p>
        {href} {name}
      </p>
      <Link to={to} search={{ tab: 3 } as never} preload="intent" preloadDelay={0}>
        settings
      </Link>
    </>
  )
}

/** The recipe of the README. */
function Problem({ error }: { error: unknown }): ReactNode {
  const router = useRouter()
  const { auth } = router.options.context as RouterContext
  const isAuthenticated = useAuth((session) => session.isAuthenticated)
  useEffect(() => {
    if (isAuthenticated) void router.invalidate()
  }, [isAuthenticated, router])
  return <RefusedPage error={error} auth={auth} />
}
