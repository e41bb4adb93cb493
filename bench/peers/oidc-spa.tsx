import { oidcSpa } from 'oidc-spa/react-spa'
import { type Contestant, withBearer } from '../app/contestant.ts'

const { issuer, clientId } = window.bench

const { bootstrapOidc, useOidc, getOidc, OidcInitializationGate } = oidcSpa.createUtils()

void bootstrapOidc({
  implementation: 'real',
  issuerUri: issuer,
  clientId,
  scopes: ['profile', 'email'],
})

/** As its documentation has it. The components below the gate are rendered once it is known who is signed in. */
export const contestant: Contestant = {
  Provider: ({ children }) => <OidcInitializationGate>{children}</OidcInitializationGate>,
  useStatus: () => (useOidc().isUserLoggedIn ? 'signed in' : 'signed out'),
  useLogin() {
    const { login } = useOidc({ assert: 'user not logged in' })
    return () => login()
  },
  useName: () => useOidc({ assert: 'user logged in' }).decodedIdToken.name as string | undefined,
  useTokenCalls: () => calls,
}

const calls = withBearer(
  async () => (await getOidc({ assert: 'user logged in' })).getAccessToken(),
  async () => (await getOidc({ assert: 'user logged in' })).renewTokens(),
)
