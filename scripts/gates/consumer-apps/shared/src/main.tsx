import { AuthProvider, Callback, RequireAuth, useAuth } from '@latchkey/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { auth } from './auth.ts'

function Home() {
  const { status, user, login, logout, explain } = useAuth()
  if (status === 'loading') return <p>One moment …</p>
  if (status !== 'authenticated')
    return (
      <button type="button" onClick={() => login()}>
        Sign in
      </button>
    )
  return (
    <>
      <h1>Hello, {user.name}</h1>
      <p>Tokens in {explain().keeper?.kind}</p>
      <a href="/settings">Settings</a>
      <button type="button" onClick={() => logout()}>
        Sign out
      </button>
    </>
  )
}

function App() {
  switch (location.pathname) {
    case '/callback':
      return <Callback onDone={({ returnTo }) => location.replace(returnTo)} />
    case '/settings':
      return (
        <RequireAuth>
          <h1>Settings</h1>
        </RequireAuth>
      )
    default:
      return <Home />
  }
}

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <AuthProvider client={auth}>
        <App />
      </AuthProvider>
    </StrictMode>,
  )
}
