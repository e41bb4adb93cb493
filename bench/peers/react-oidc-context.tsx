import { AuthProvider, useAuth } from 'react-oidc-context'
import { type Contestant, withBearer } from '../app/contestant.ts'

const { issuer, clientId } = window.bench

/**
 * As its README has it. Tokens are in `sessionStorage` and renewed ahead of time, both by default. It hands out the
 * token with the user; an app that finds it expired calls `signinSilent()`.
 */
export const contestant: Contestant = {
  Provider: ({ children }) => (
    <AuthProvider
      authority={issuer}
      client_id={clientId}
      redirect_uri={`${location.origin}/callback`}
      scope="openid profile email"
      onSigninCallback={() => history.replaceState({}, document.title, '/')}
    >
      {children}
    </AuthProvider>
  ),
  useStatus() {
    const { isLoading, isAuthenticated } = useAuth()
    if (isAuthenticated) return 'signed in'
    return isLoading ? 'loading' : 'signed out'
  },
  useLogin() {
    const auth = useAuth()
    return () => auth.signinRedirect()
  },
  useName: () => useAuth().user?.profile.name,
  useTokenCalls() {
    const auth = useAuth()
    return withBearer(
      async () => {
        if (auth.user && !auth.user.expired) return auth.user.access_token
        return (await auth.signinSilent())?.access_token
      },
      () => auth.signinSilent(),
    )
  },
}
