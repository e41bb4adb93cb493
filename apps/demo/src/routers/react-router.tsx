import { requireAuth } from '@latchkey/react/router'
import { createMemoryRouter, Link, Outlet, useLoaderData, useRouteError } from 'react-router-dom'
import { auth } from '../auth.ts'
import type { Person } from '../person.ts'
import { SignInNeeded } from './sign-in-needed.tsx'

/** A router in a page has no address of its own, so the sign-in comes back to the page. */
const returnTo = '/routers?at=react-router'

/** React Router in data mode. Most apps say `createBrowserRouter(routes)`, and leave `history` and `login` out. */
export function createReactRouter(start: string) {
  return createMemoryRouter(
    [
      {
        element: <Frame />,
        hydrateFallbackElement: <p role="status">One moment …</p>,
        children: [
          { path: '/', element: <p>Anybody may see this.</p> },
          {
            path: '/settings',
            loader: requireAuth(auth, { history: 'memory', login: { returnTo } }),
            element: <Settings />,
            errorElement: <Problem />,
          },
        ],
      },
    ],
    { initialEntries: [start] },
  )
}

function Frame() {
  return (
    <>
      <p className="actions">
        <Link to="/">Start</Link> <Link to="/settings">Settings</Link>
      </p>
      <Outlet />
    </>
  )
}

function Settings() {
  const { user } = useLoaderData<{ user: Person }>()
  return <p>Settings of {user.name}</p>
}

function Problem() {
  return <SignInNeeded error={useRouteError()} returnTo={returnTo} />
}
