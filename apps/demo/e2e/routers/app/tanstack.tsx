import { AuthProvider } from '@latchkey/react'
import { handleCallback, requireAuth } from '@latchkey/react/tanstack-router'
import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  Outlet,
  RouterProvider,
  useRouteContext,
} from '@tanstack/react-router'
import { createRoot } from 'react-dom/client'
import { Account } from './account.tsx'
import { auth } from './auth.ts'
import { SignInNeeded } from './sign-in-needed.tsx'

const root = createRootRoute({ component: Layout })
const routes = [
  createRoute({ getParentRoute: () => root, path: '/', component: () => <h1>Home</h1> }),
  createRoute({ getParentRoute: () => root, path: '/callback', beforeLoad: handleCallback(auth) }),
  createRoute({
    getParentRoute: () => root,
    path: '/settings',
    beforeLoad: requireAuth(auth),
    component: Settings,
    errorComponent: SignInNeeded,
  }),
]
const router = createRouter({ routeTree: root.addChildren(routes), defaultPreload: 'intent' })

function Layout() {
  return (
    <>
      <header>
        <Link to="/">Home</Link>{' '}
        <Link to={'/settings' as string} search={{ tab: 2 } as never}>
          Settings
        </Link>{' '}
        <Account />
      </header>
      <Outlet />
    </>
  )
}

function Settings() {
  const { user } = useRouteContext({ strict: false }) as { user: { name?: string } }
  return <h1>Settings of {user.name}</h1>
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <AuthProvider client={auth}>
    <RouterProvider router={router} />
  </AuthProvider>,
)
