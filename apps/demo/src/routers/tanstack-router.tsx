import { requireAuth } from '@latchkey/react/tanstack-router'
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  Outlet,
  useRouteContext,
} from '@tanstack/react-router'
import { auth } from '../auth.ts'
import type { Person } from '../person.ts'
import { SignInNeeded } from './sign-in-needed.tsx'

/** A router in a page has no address of its own, so the sign-in comes back to the page. */
const returnTo = '/routers?at=tanstack'

/** TanStack Router. Most apps have the browser's history, and leave `login` out. */
export function createTanstackRouter(start: string) {
  const root = createRootRoute({ component: Frame })
  const routes = [
    createRoute({ getParentRoute: () => root, path: '/', component: Start }),
    createRoute({
      getParentRoute: () => root,
      path: '/settings',
      beforeLoad: requireAuth(auth, { login: { returnTo } }),
      component: Settings,
      errorComponent: Problem,
    }),
  ]
  const history = createMemoryHistory({ initialEntries: [start] })
  return createRouter({ routeTree: root.addChildren(routes), history, defaultPreload: 'intent' })
}

function Frame() {
  return (
    <>
      <p className="actions">
        <Link to="/">Start</Link> <Link to={'/settings' as string}>Settings</Link>
      </p>
      <Outlet />
    </>
  )
}

function Start() {
  return <p>Anybody may see this. Hover over the other link: what is loaded ahead signs nobody in.</p>
}

function Settings() {
  const { user } = useRouteContext({ strict: false }) as { user: Person }
  return <p>Settings of {user.name}</p>
}

function Problem({ error }: { error: unknown }) {
  return <SignInNeeded error={error} returnTo={returnTo} />
}
