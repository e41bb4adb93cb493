import type {
  AuthClient,
  AuthError,
  AuthenticatedState,
  CallbackResult,
  LoginOptions,
  User,
} from '@latchkey/core'
import type { ReactNode } from 'react'
import { expectTypeOf } from 'vitest'
import { type Auth, AuthProvider, Callback, RequireAuth, useAuth, useAuthClient } from './index.ts'

/** A person as this app's provider describes them. */
interface Member extends User {
  readonly department: string
}

export function Narrowing(): ReactNode {
  const { status, user, error, isAuthenticated, isLoading } = useAuth()
  expectTypeOf(status).toEqualTypeOf<'loading' | 'unauthenticated' | 'authenticated' | 'redirecting'>()
  expectTypeOf(user).toEqualTypeOf<User | undefined>()
  expectTypeOf(error).toExtend<AuthError | undefined>()
  // @ts-expect-error Nobody may be signed in.
  user.sub
  if (status === 'authenticated') {
    expectTypeOf(user).toEqualTypeOf<User>()
    expectTypeOf(error).toEqualTypeOf<undefined>()
    expectTypeOf(isAuthenticated).toEqualTypeOf<true>()
    expectTypeOf(isLoading).toEqualTypeOf<false>()
  }
  if (status === 'unauthenticated') {
    expectTypeOf(user).toEqualTypeOf<undefined>()
    expectTypeOf(error).not.toEqualTypeOf<undefined>()
    expectTypeOf(isAuthenticated).toEqualTypeOf<false>()
    expectTypeOf(isLoading).toEqualTypeOf<false>()
  }
  if (status === 'loading' || status === 'redirecting') {
    expectTypeOf(user).toEqualTypeOf<undefined>()
    expectTypeOf(isLoading).toEqualTypeOf<true>()
  }
  // @ts-expect-error There is no such status.
  if (status === 'signed_in') return null
  return isAuthenticated ? expectTypeOf(user).toEqualTypeOf<User>() : null
}

export function Whole(): ReactNode {
  const auth = useAuth()
  expectTypeOf(auth).toEqualTypeOf<Auth<User>>()
  if (auth.isAuthenticated) expectTypeOf(auth).toExtend<AuthenticatedState<User>>()
  if (auth.status === 'redirecting') expectTypeOf(auth.to).toEqualTypeOf<'login' | 'logout'>()
  // @ts-expect-error Only a page that is being left goes somewhere.
  auth.to
  // @ts-expect-error A token is asked for, never held.
  auth.accessToken
  // @ts-expect-error A session is replaced whole.
  auth.user = undefined
  expectTypeOf(auth.getAccessToken()).toEqualTypeOf<Promise<string>>()
  return null
}

export function OwnUser(): ReactNode {
  const { user } = useAuth<Member>()
  expectTypeOf(user).toEqualTypeOf<Member | undefined>()
  const department = useAuth((auth: Auth<Member>) => auth.user?.department)
  expectTypeOf(department).toEqualTypeOf<string | undefined>()
  expectTypeOf(useAuthClient<Member>()).toEqualTypeOf<AuthClient<Member>>()
  expectTypeOf(useAuthClient()).toEqualTypeOf<AuthClient<User>>()
  return null
}

/** A plain OAuth 2.0 server says nothing of a person. */
export function NoUser(): ReactNode {
  const { status, user } = useAuth<undefined>()
  if (status === 'authenticated') expectTypeOf(user).toEqualTypeOf<undefined>()
  return null
}

export function Selecting(): ReactNode {
  expectTypeOf(useAuth((auth) => auth.user?.name)).toEqualTypeOf<string | undefined>()
  expectTypeOf(useAuth((auth) => auth.isAuthenticated)).toEqualTypeOf<boolean>()
  expectTypeOf(useAuth(({ login }) => ({ login, isIn: true }))).toEqualTypeOf<{
    login: AuthClient['login']
    isIn: boolean
  }>()
  // @ts-expect-error There is no such thing to select.
  useAuth((auth) => auth.token)
  return null
}

export function Buttons(): ReactNode {
  const { login, logout } = useAuth()
  expectTypeOf<LoginOptions>().toExtend<Parameters<typeof login>[0]>()
  // @ts-expect-error There is no such option.
  login({ returnUrl: '/' })
  return (
    <>
      <button type="button" onClick={login} onKeyDown={logout} />
      <button type="button" onClick={() => void login({ returnTo: '/' })} />
    </>
  )
}

export function Components({ auth }: { auth: AuthClient }): ReactNode {
  const options = { issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback' } as const
  return (
    <>
      <AuthProvider client={auth}>anything</AuthProvider>
      <AuthProvider {...options} />
      <AuthProvider {...options} client={undefined} />
      <AuthProvider
        clientId="app"
        redirectUri="/callback"
        endpoints={{ authorization: 'https://id.example/auth', token: 'https://id.example/token' }}
      />
      {/* @ts-expect-error Neither a client nor options. */}
      <AuthProvider />
      {/* @ts-expect-error An option is missing. */}
      <AuthProvider issuer="https://id.example" clientId="app" />
      {/* @ts-expect-error There is no such option. */}
      <AuthProvider {...options} authority="https://id.example" />
      {/* @ts-expect-error A client has its options already. */}
      <AuthProvider client={auth} issuer="https://id.example" />

      <Callback />
      <Callback
        fallback={null}
        onDone={(result) => expectTypeOf(result).toEqualTypeOf<CallbackResult>()}
        error={(error, retry) => {
          if (error?.name === 'ServerError')
            expectTypeOf(error.description).toEqualTypeOf<string | undefined>()
          expectTypeOf(retry).toEqualTypeOf<() => void>()
          return error?.code
        }}
      />
      {/* @ts-expect-error What is shown is something to render. */}
      <Callback fallback={() => null} />

      <RequireAuth fallback="One moment…" login={{ acrValues: ['phr'] }} error={<p>Sorry</p>}>
        anything
      </RequireAuth>
      {/* @ts-expect-error There is no such option. */}
      <RequireAuth login={{ acr: 'phr' }} />
    </>
  )
}
