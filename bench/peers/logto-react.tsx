import { LogtoProvider, useHandleSignInCallback, useLogto } from '@logto/react'
import { type ReactNode, useEffect, useState } from 'react'
import { type Contestant, withBearer } from '../app/contestant.ts'

const { issuer, clientId } = window.bench

/** As its documentation has it. Tokens are in `localStorage`, where it keeps them always. */
export const contestant: Contestant = {
  Provider: ({ children }) => (
    <LogtoProvider config={{ endpoint: issuer, appId: clientId, scopes: ['email'] }}>
      <Routes>{children}</Routes>
    </LogtoProvider>
  ),
  useStatus() {
    const { isLoading, isAuthenticated } = useLogto()
    // Every call of its makes it `isLoading` for a while.
    if (isAuthenticated) return 'signed in'
    return isLoading ? 'loading' : 'signed out'
  },
  useLogin() {
    const { signIn } = useLogto()
    return () => signIn(`${location.origin}/callback`)
  },
  useName() {
    const { isAuthenticated, getIdTokenClaims } = useLogto()
    const [name, setName] = useState<string>()
    useEffect(() => {
      if (isAuthenticated) void getIdTokenClaims().then((claims) => setName(claims?.name ?? undefined))
    }, [isAuthenticated, getIdTokenClaims])
    return name
  },
  useTokenCalls() {
    const { getAccessToken, clearAccessToken } = useLogto()
    return withBearer(
      () => getAccessToken(),
      async () => {
        await clearAccessToken()
        return getAccessToken()
      },
    )
  },
}

function Routes({ children }: { readonly children: ReactNode }): ReactNode {
  const [path, setPath] = useState(location.pathname)
  return path === '/callback' ? (
    <Callback
      onDone={() => {
        history.replaceState(null, '', '/')
        setPath('/')
      }}
    />
  ) : (
    children
  )
}

function Callback({ onDone }: { readonly onDone: () => void }): ReactNode {
  useHandleSignInCallback(onDone)
  return null
}
