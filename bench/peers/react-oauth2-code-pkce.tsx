import { useRef } from 'react'
import { AuthProvider, useAuthContext } from 'react-oauth2-code-pkce'
import { type Contestant, withBearer } from '../app/contestant.ts'

const { issuer, clientId } = window.bench

/**
 * As its README has it, with a button to sign in. Tokens are in `localStorage`, by default. It hands out the token with
 * a render; an app that finds it expired calls `refreshAccessToken()`.
 */
export const contestant: Contestant = {
  Provider: ({ children }) => (
    <AuthProvider
      authConfig={{
        clientId,
        authorizationEndpoint: `${issuer}/auth`,
        tokenEndpoint: `${issuer}/token`,
        redirectUri: `${location.origin}/callback`,
        scope: 'openid profile email',
        autoLogin: false,
        loginMethod: 'redirect',
        // Documented for providers that do not say it: this one's refresh tokens live for two weeks.
        refreshTokenExpiresIn: 14 * 24 * 60 * 60,
      }}
    >
      {children}
    </AuthProvider>
  ),
  useStatus() {
    const { token, loginInProgress } = useAuthContext()
    if (token) return 'signed in'
    return loginInProgress ? 'loading' : 'signed out'
  },
  useLogin() {
    const { logIn } = useAuthContext()
    return () => logIn()
  },
  useName: () => useAuthContext().idTokenData?.name as string | undefined,
  useTokenCalls() {
    const context = useAuthContext()
    const latest = useRef(context)
    latest.current = context
    const { token, tokenData, refreshAccessToken } = context
    return withBearer(
      async () => {
        if (Number(tokenData?.exp) * 1000 > Date.now()) return token
        await refreshAccessToken()
        return latest.current.token
      },
      async () => refreshAccessToken(),
    )
  },
}
