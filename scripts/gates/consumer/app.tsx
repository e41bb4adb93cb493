// What an app in a browser writes against the packed types.
import { createAuthClient } from '@latchkey/core'
import { axiosAdapter } from '@latchkey/core/axios'
import { kyOptions } from '@latchkey/core/ky'
import { loginWithPopup } from '@latchkey/core/popup'
import { connectQueryClient } from '@latchkey/core/tanstack-query'
import {
  type Auth,
  AuthProvider,
  Callback,
  createAuthContext,
  RequireAuth,
  SignedIn,
  SignedOut,
  useAuth,
  withAuth,
} from '@latchkey/react'
import { useReauthentication } from '@latchkey/react/popup'
import { callbackRoute, requireAuth } from '@latchkey/react/router'
import { requireAuth as requireAuthBeforeLoad } from '@latchkey/react/tanstack-router'
import { createTestAuth } from '@latchkey/testing'
import { createFakeProvider } from '@latchkey/testing/provider'
import { withTestAuth } from '@latchkey/testing/storybook'

const auth = createAuthClient({
  issuer: 'https://id.example.com',
  clientId: 'my-app',
  redirectUri: '/callback',
  scope: 'openid profile email',
})

function Home() {
  const { status, user, login, logout } = useAuth()
  if (status === 'loading') return <p>…</p>
  if (status !== 'authenticated')
    return (
      <button type="button" onClick={() => login()}>
        Sign in
      </button>
    )
  return (
    <button type="button" onClick={() => logout()}>
      Sign out {user.name}
    </button>
  )
}

export const app = (
  <AuthProvider client={auth}>
    <Callback />
    <RequireAuth>
      <Home />
    </RequireAuth>
  </AuthProvider>
)

export const inTests = (
  <AuthProvider client={createTestAuth({ user: { sub: 'alice', name: 'Alice' } })}>
    <Home />
  </AuthProvider>
)
export const stories = { decorators: [withTestAuth()] }
export const { issuer } = createFakeProvider()

export const requests = [axiosAdapter(auth), kyOptions(auth), typeof connectQueryClient]

export const SessionDialog = () => <p>{useReauthentication(auth).isNeeded}</p>

export const routes = [
  callbackRoute(auth, '/callback'),
  { path: '/settings', loader: requireAuth(auth), middleware: [requireAuth(auth)] },
]
export const beforeLoad = requireAuthBeforeLoad(auth)

export const token: Promise<string> = auth.getAccessToken()
export const signedIn: Promise<void> = loginWithPopup(auth, { acrValues: ['mfa'] })

// @ts-expect-error an app without a client ID must not compile
createAuthClient({ issuer: 'https://id.example.com', redirectUri: '/callback' })

interface Member {
  readonly sub: string
  readonly roles: readonly string[]
}

const member = createAuthContext<Member>()

const NameOf = withAuth(({ auth, before }: { auth: Auth; before: string }) => (
  <>
    {before} {auth.user?.name}
  </>
))

export const typed = (
  <member.RequireAuth when={({ roles }) => roles.includes('editor')} acr="mfa" maxAge={300}>
    <SignedIn fallback="…">
      <NameOf before="Hello," />
    </SignedIn>
    <SignedOut>Nobody</SignedOut>
  </member.RequireAuth>
)
