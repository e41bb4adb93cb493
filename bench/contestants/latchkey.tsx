import type { AuthClient } from '@latchkey/core'
import { AuthProvider, Callback, useAuth } from '@latchkey/react'
import { type ReactNode, useState } from 'react'
import { type Contestant, type TokenCalls, withBearer } from '../app/contestant.ts'

/** As the README of `@latchkey/react` has it. */
export const hooks: Pick<Contestant, 'useStatus' | 'useLogin' | 'useName'> = {
  useStatus() {
    const { status } = useAuth()
    if (status === 'loading' || status === 'redirecting') return 'loading'
    return status === 'authenticated' ? 'signed in' : 'signed out'
  },
  useLogin: () => useAuth().login,
  useName: () => useAuth().user?.name,
}

export function tokenCallsOf({ getAccessToken }: AuthClient): TokenCalls {
  return withBearer(getAccessToken, () => getAccessToken({ forceRefresh: true }))
}

/** An app without a router. */
export function Latchkey({
  client,
  children,
}: {
  readonly client: AuthClient
  readonly children: ReactNode
}): ReactNode {
  return (
    <AuthProvider client={client}>
      <Routes>{children}</Routes>
    </AuthProvider>
  )
}

export function Routes({ children }: { readonly children: ReactNode }): ReactNode {
  const [path, setPath] = useState(location.pathname)
  if (path !== '/callback') return children
  return (
    <Callback
      onDone={({ returnTo }) => {
        history.replaceState(null, '', returnTo)
        setPath(location.pathname)
      }}
    />
  )
}
