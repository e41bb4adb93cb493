import { AuthProvider, Callback } from '@latchkey/react'
import { requireAuth } from '@latchkey/react/router'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { createHashRouter, RouterProvider, useLoaderData } from 'react-router-dom'
import { auth } from './auth.ts'
import { Layout, Problem } from './layout.tsx'

function Settings() {
  const { user } = useLoaderData<{ user: { name?: string } }>()
  return <h1>Settings of {user.name}</h1>
}

function createRouter() {
  return createHashRouter([
    {
      element: <Layout />,
      hydrateFallbackElement: <p>One moment…</p>,
      children: [
        { path: '/', element: <h1>Home</h1> },
        {
          path: '/settings',
          loader: requireAuth(auth, { history: 'hash' }),
          element: <Settings />,
          errorElement: <Problem />,
        },
      ],
    },
  ])
}

function Routed() {
  const [router] = useState(createRouter)
  return <RouterProvider router={router} />
}

/** The redirect URI is a real path, which the router does not see. */
function App() {
  const [isCallback, setIsCallback] = useState(() => location.pathname === '/callback')
  if (!isCallback) return <Routed />
  return (
    <Callback
      onDone={({ returnTo }) => {
        history.replaceState(null, '', returnTo)
        setIsCallback(false)
      }}
    />
  )
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <AuthProvider client={auth}>
    <App />
  </AuthProvider>,
)
