import { describe, expectTypeOf, it } from 'vitest'
import {
  type AnyAuthError,
  type AuthClient,
  type AuthClientOptions,
  AuthError,
  type AuthState,
  ConfigurationError,
  createAuthClient,
  createAuthorizationUrl,
  isAuthError,
  isExpired,
  NetworkError,
  type NetworkErrorCode,
  type TokenSet,
  type UnauthenticatedReason,
  type User,
} from '../index.ts'

const common = { clientId: 'app', redirectUri: '/callback' }
const issuer = 'https://id.example'
const endpoints = { authorization: `${issuer}/auth`, token: `${issuer}/token` }

describe('createAuthClient', () => {
  it('knows the user with OpenID Connect', () => {
    expectTypeOf(createAuthClient({ ...common, issuer })).toEqualTypeOf<AuthClient<User>>()
    expectTypeOf(createAuthClient({ ...common, issuer, protocol: 'oidc' })).toEqualTypeOf<AuthClient<User>>()
    const byHand = { ...endpoints, jwks: `${issuer}/jwks` }
    expectTypeOf(createAuthClient({ ...common, issuer, endpoints: byHand })).toEqualTypeOf<AuthClient<User>>()
  })

  it('knows that there is no user without', () => {
    const auth = createAuthClient({ ...common, endpoints })
    expectTypeOf(auth).toEqualTypeOf<AuthClient<undefined>>()
    expectTypeOf(auth.getState().user).toEqualTypeOf<undefined>()
    const found = createAuthClient({ ...common, issuer, protocol: 'oauth2' })
    expectTypeOf(found).toEqualTypeOf<AuthClient<undefined>>()
  })

  it('leaves both open where the options are not known before', () => {
    const auth = createAuthClient({} as AuthClientOptions)
    expectTypeOf(auth).toEqualTypeOf<AuthClient<User> | AuthClient<undefined>>()
  })

  it('takes no options that cannot work', () => {
    // @ts-expect-error neither issuer nor endpoints
    createAuthClient({ ...common })
    // @ts-expect-error OpenID Connect without an issuer
    createAuthClient({ ...common, protocol: 'oidc' })
    // @ts-expect-error OpenID Connect without an issuer, endpoints or not
    createAuthClient({ ...common, protocol: 'oidc', endpoints: { ...endpoints, jwks: `${issuer}/jwks` } })
    // @ts-expect-error endpoints for OpenID Connect without keys
    createAuthClient({ ...common, issuer, endpoints })
    // @ts-expect-error endpoints without a token endpoint
    createAuthClient({ ...common, endpoints: { authorization: `${issuer}/auth` } })
    // @ts-expect-error no client id
    createAuthClient({ issuer, redirectUri: '/callback' })
    // @ts-expect-error no redirect URI
    createAuthClient({ issuer, clientId: 'app' })
    // @ts-expect-error no options
    createAuthClient()
  })

  it('takes no options that do not exist, a secret least of all', () => {
    // @ts-expect-error a browser keeps no secret
    createAuthClient({ ...common, issuer, clientSecret: 'secret' })
    // @ts-expect-error the name that others have for the issuer
    createAuthClient({ ...common, authority: issuer })
    // @ts-expect-error the name of the wire
    createAuthClient({ issuer, client_id: 'app', redirectUri: '/callback' })
  })

  it('takes no values of another kind', () => {
    // @ts-expect-error one string, separated by spaces
    createAuthClient({ ...common, issuer, scope: ['openid'] })
    // @ts-expect-error a URL in text
    createAuthClient({ ...common, issuer: new URL(issuer) })
    // @ts-expect-error seconds are a number
    createAuthClient({ ...common, issuer, requestTimeoutSeconds: '10' })
    // @ts-expect-error parameters are text
    createAuthClient({ ...common, issuer, params: { max_age: 60 } })
    // @ts-expect-error there are two
    createAuthClient({ ...common, issuer, protocol: 'oauth1' })
  })
})

declare const auth: AuthClient<User>

describe('login', () => {
  it('takes what one sign-in may ask for', () => {
    auth.login()
    auth.login({ returnTo: '/', prompt: 'login', maxAge: 60, acrValues: ['gold'], loginHint: 'alice' })
    auth.requireSession({ scope: 'openid' })
  })

  it('takes nothing misspelt, and no values of another kind', () => {
    // @ts-expect-error the option is returnTo
    auth.login({ returnTO: '/' })
    // @ts-expect-error the option is maxAge
    auth.login({ max_age: 60 })
    // @ts-expect-error no such prompt
    auth.login({ prompt: 'sometimes' })
    // @ts-expect-error a list
    auth.login({ acrValues: 'gold' })
    // @ts-expect-error a number
    auth.login({ maxAge: '60' })
    // @ts-expect-error a path, in text
    auth.login('/')
    // @ts-expect-error the option is returnTo
    auth.requireSession({ returnURL: '/' })
  })
})

expectTypeOf(auth.instanceId).toEqualTypeOf<string>()
// @ts-expect-error It is what its options make it.
auth.instanceId = 'another'

declare const state: AuthState<User>

describe('AuthState', () => {
  it('narrows on its status', () => {
    if (state.status === 'authenticated') {
      expectTypeOf(state.user).toEqualTypeOf<User>()
      expectTypeOf(state.user.sub).toEqualTypeOf<string>()
      expectTypeOf(state.error).toEqualTypeOf<undefined>()
    } else {
      expectTypeOf(state.user).toEqualTypeOf<undefined>()
    }
    if (state.status === 'unauthenticated') {
      expectTypeOf(state.error).toEqualTypeOf<AnyAuthError | undefined>()
      expectTypeOf(state.reason).toEqualTypeOf<UnauthenticatedReason>()
    }
    if (state.status === 'redirecting') expectTypeOf(state.to).toEqualTypeOf<'login' | 'logout'>()
    if (state.status === 'loading') {
      expectTypeOf(state.reason).toEqualTypeOf<'starting' | 'callback' | 'restoring'>()
    }
  })

  it('has no user before that, and never a token', () => {
    expectTypeOf(state.user).toEqualTypeOf<User | undefined>()
    // @ts-expect-error nobody may be signed in
    state.user.sub
    // @ts-expect-error tokens are not state
    state.accessToken
    // @ts-expect-error whoever is redirected has not failed
    if (state.status === 'redirecting') state.error.code
    // @ts-expect-error no such status
    if (state.status === 'signedIn') return
  })

  it('cannot be changed from outside', () => {
    // @ts-expect-error read only
    state.status = 'loading'
  })
})

describe('errors', () => {
  it('narrow by subclass, by guard and by name', () => {
    const error: unknown = undefined
    if (error instanceof NetworkError) {
      expectTypeOf(error.code).toEqualTypeOf<NetworkErrorCode>()
      expectTypeOf(error.retryAfterSeconds).toEqualTypeOf<number | undefined>()
    }
    if (isAuthError(error)) {
      expectTypeOf(error).toEqualTypeOf<AnyAuthError>()
      expectTypeOf(error).toExtend<AuthError>()
    }
  })

  it('say by their name what they carry', () => {
    const { error } = state
    if (error?.name === 'ServerError') expectTypeOf(error.description).toEqualTypeOf<string | undefined>()
    // @ts-expect-error only what the provider said has a description
    if (error?.name === 'ProtocolError') error.description
    // @ts-expect-error no such name
    if (error?.name === 'Error') return
  })

  it('have codes that are known', () => {
    // @ts-expect-error no such code
    new ConfigurationError('wrong_option', 'It is wrong.')
    // @ts-expect-error the base is abstract
    new AuthError('timeout', 'It took too long.')
  })
})

describe('the steps', () => {
  it('take what login takes, but for what only login can do', () => {
    createAuthorizationUrl({ ...common, issuer }, { prompt: 'none', scope: 'openid' })
    // @ts-expect-error nothing here goes back to a page
    createAuthorizationUrl({ ...common, issuer }, { returnTo: '/' })
    // @ts-expect-error nothing here keeps the app's state
    createAuthorizationUrl({ ...common, issuer }, { appState: {} })
  })

  it('tell of expiry without the whole set of tokens', () => {
    isExpired({ expiresAt: 0 })
    isExpired({}, 60)
    expectTypeOf<TokenSet>().toExtend<Parameters<typeof isExpired>[0]>()
    // @ts-expect-error milliseconds since the epoch, not a date
    isExpired({ expiresAt: new Date() })
  })
})
