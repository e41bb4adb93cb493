import { Auth0Provider, useAuth0 } from '@auth0/auth0-react'
import { type Contestant, withBearer } from '../app/contestant.ts'

const { issuer, clientId } = window.bench

/** As its README has it: tokens in memory, and a hidden frame for whatever is needed anew. */
export const contestant: Contestant = {
  Provider: ({ children }) => (
    <Auth0Provider
      // The provider speaks its dialect, and by HTTP, being local.
      domain={issuer.slice(0, -1)}
      clientId={clientId}
      authorizationParams={{ redirect_uri: `${location.origin}/callback` }}
      onRedirectCallback={() => history.replaceState({}, document.title, '/')}
    >
      {children}
    </Auth0Provider>
  ),
  useStatus() {
    const { isLoading, isAuthenticated } = useAuth0()
    if (isLoading) return 'loading'
    return isAuthenticated ? 'signed in' : 'signed out'
  },
  useLogin() {
    const { loginWithRedirect } = useAuth0()
    return () => loginWithRedirect()
  },
  useName: () => useAuth0().user?.name,
  useTokenCalls() {
    const { getAccessTokenSilently } = useAuth0()
    return withBearer(
      () => getAccessTokenSilently(),
      () => getAccessTokenSilently({ cacheMode: 'off' }),
    )
  },
}
