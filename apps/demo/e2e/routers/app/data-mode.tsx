import type { User } from '@latchkey/core'
import { AuthProvider } from '@latchkey/react'
import { callbackRoute, requireAuth } from '@latchkey/react/router'
import { createRoot } from 'react-dom/client'
import {
  createBrowserRouter,
  createContext,
  Link,
  Outlet,
  type RouterContextProvider,
  RouterProvider,
  useLoaderData,
  useRouteError,
} from 'react-router-dom'
import { Account } from './account.tsx'
import { auth } from './auth.ts'
import { SignInNeeded } from './sign-in-needed.tsx'

const userContext = createContext<User>()

function Layout() {
  return (
    <>
      <header>
        <Link to="/">Home</Link> <Link to="/settings?tab=2">Settings</Link> <Account />
      </header>
      <Outlet />
    </>
  )
}

function Settings() {
  return <h1>Settings of {useLoaderData<string>()}</h1>
}

function Problem() {
  return <SignInNeeded error={useRouteError()} />
}

const router = createBrowserRouter(
  [
    {
      element: <Layout />,
      hydrateFallbackElement: <p>One moment…</p>,
      children: [
        { path: '/', element: <h1>Home</h1> },
        { ...callbackRoute(auth, '/callback'), errorElement: <Problem /> },
        {
          middleware: [requireAuth(auth, { context: userContext })],
          errorElement: <Problem />,
          children: [
            {
              path: '/settings',
              loader: ({ context }) => (context as Readonly<RouterContextProvider>).get(userContext).name,
              element: <Settings />,
            },
          ],
        },
      ],
    },
  ],
  { future: { v8_middleware: true } },
)

createRoot(document.getElementById('root') as HTMLElement).render(
  <AuthProvider client={auth}>
    <RouterProvider router={router} />
  </AuthProvider>,
)
