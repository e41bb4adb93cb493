import type { User } from '@latchkey/core'
import { AuthProvider } from '@latchkey/react'
import { callbackRoute, requireAuth } from '@latchkey/react/router'
import { createRoot } from 'react-dom/client'
import {
  createBrowserRouter,
  createContext,
  type RouterContextProvider,
  RouterProvider,
  useLoaderData,
} from 'react-router-dom'
import { auth } from './auth.ts'
import { Layout, Problem } from './layout.tsx'

const userContext = createContext<User>()

function Settings() {
  return <h1>Settings of {useLoaderData<string>()}</h1>
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
