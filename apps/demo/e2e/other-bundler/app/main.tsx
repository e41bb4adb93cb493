import { createAuthClient } from '@latchkey/core'
import { AuthProvider, Callback, useAuth } from '@latchkey/react'
import { createRoot } from 'react-dom/client'
import { workerAddress } from './worker-address.ts'

declare const ISSUER: string

const auth = createAuthClient({
  issuer: ISSUER,
  clientId: 'latchkey-demo',
  redirectUri: '/callback',
  silentRedirectUri: '/silent-callback.html',
  vault: {
    // esbuild makes no worker of `new URL(…)`: the worker is an entry point of its own, and this is its name.
    worker: () =>
      new SharedWorker(workerAddress('/auth-vault.js'), {
        type: 'module',
        name: 'other-bundler',
        extendedLifetime: true,
      } as WorkerOptions),
  },
})

function App() {
  const { user, status, login, explain } = useAuth()
  if (location.pathname === '/callback') return <Callback onDone={() => location.replace('/')} />
  if (status === 'loading') return <p>One moment …</p>
  if (status !== 'authenticated') {
    return (
      <button type="button" onClick={() => login()}>
        Sign in
      </button>
    )
  }
  return (
    <>
      <h1>Hello, {user.name}</h1>
      <p>Tokens in {explain().keeper?.kind}</p>
    </>
  )
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <AuthProvider client={auth}>
    <App />
  </AuthProvider>,
)
