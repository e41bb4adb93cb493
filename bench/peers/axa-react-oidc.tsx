import { OidcClient, OidcProvider, useOidc, useOidcFetch, useOidcUser } from '@axa-fr/react-oidc'
import type { ReactNode } from 'react'
import type { Contestant } from '../app/contestant.ts'

const { issuer, clientId } = window.bench

const configuration = {
  authority: issuer,
  client_id: clientId,
  redirect_uri: `${location.origin}/callback`,
  silent_redirect_uri: `${location.origin}/silent-callback`,
  scope: 'openid profile email offline_access',
  service_worker_relative_url: '/OidcServiceWorker.js',
  service_worker_only: false,
}

const Nothing = (): ReactNode => null

/** As its README has it, with the service worker that it recommends. Its texts while it works are left out. */
export const contestant: Contestant = {
  Provider: ({ children }) => (
    <OidcProvider
      configuration={configuration}
      loadingComponent={Nothing}
      authenticatingComponent={Nothing}
      callbackSuccessComponent={Nothing}
    >
      {children}
    </OidcProvider>
  ),
  useStatus: () => (useOidc().isAuthenticated ? 'signed in' : 'signed out'),
  useLogin() {
    const { login } = useOidc()
    return () => login('/')
  },
  useName: () => useOidcUser().oidcUser?.name,
  useTokenCalls() {
    const { fetch } = useOidcFetch()
    const { renewTokens } = useOidc()
    return {
      // The worker keeps the token and puts it into requests, once this has seen to it that it is good.
      getAccessToken: async () => (await OidcClient.getOrThrow().getValidTokenAsync()).tokens?.accessToken,
      renew: () => renewTokens(),
      callApi: (url) => fetch(url),
    }
  },
}
