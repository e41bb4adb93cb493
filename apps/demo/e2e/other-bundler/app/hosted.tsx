import { createHostedClient } from '@latchkey/core/hosted'
import { Callback, ClientProvider, RequireAuth, useAuth, useAuthFetch } from '@latchkey/react'
import { type ReactNode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { workerAddress } from './worker-address.ts'

declare const ISSUER: string
declare const API: string

// A test that counts clients has them in a worker that counts them too.
const host = localStorage.getItem('host') ?? '/auth-host.js'

const auth = createHostedClient({
  issuer: ISSUER,
  clientId: 'latchkey-demo',
  redirectUri: '/callback',
  silentRedirectUri: '/silent-callback.html',
  apis: [API],
  // esbuild makes no worker of `new URL(…)`: the worker is an entry point of its own, and this is its name.
  worker: () =>
    new SharedWorker(workerAddress(host), {
      type: 'module',
      name: 'hosted',
      extendedLifetime: true,
    } as WorkerOptions),
  fallback: () => new Worker(workerAddress(host), { type: 'module' }),
})

function App(): ReactNode {
  const { user, status, login } = useAuth()
  const [path, setPath] = useState(location.pathname)
  if (path === '/callback') {
    return (
      <Callback
        onDone={({ returnTo }) => {
          history.replaceState(null, '', returnTo)
          setPath(location.pathname)
        }}
      />
    )
  }
  if (path === '/private') {
    return (
      <RequireAuth>
        <Person />
      </RequireAuth>
    )
  }
  if (status === 'loading') return <p>One moment …</p>
  if (!user) {
    return (
      <button type="button" onClick={login}>
        Sign in
      </button>
    )
  }
  return <Person />
}

function Person(): ReactNode {
  const { user, explain, logout } = useAuth()
  const fetch = useAuthFetch()
  const [orders, setOrders] = useState<number>()
  async function ask(): Promise<void> {
    const response = await fetch(`${API}/orders`)
    setOrders((await response.json()).orders.length)
  }
  return (
    <>
      <h1>Hello, {user?.name}</h1>
      <p>Tokens in {explain().keeper?.kind}</p>
      <button type="button" onClick={ask}>
        Ask for the orders
      </button>
      {orders !== undefined && <p>{orders} orders</p>}
      <button type="button" onClick={() => logout()}>
        Sign out
      </button>
    </>
  )
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <ClientProvider client={auth}>
    <App />
  </ClientProvider>,
)
