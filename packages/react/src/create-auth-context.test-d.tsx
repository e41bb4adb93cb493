import { type AuthClient, createAuthClient, type StandardSchema, type User } from '@latchkey/core'
import { Component, createRef, type ReactNode } from 'react'
import { expectTypeOf } from 'vitest'
import {
  type Auth,
  createAuthContext,
  RequireAuth,
  type RequireAuthProps,
  useAccessToken,
  useAuthFetch,
  useSessionCountdown,
  useSuspenseAuth,
  useUser,
  withAuth,
} from './index.ts'

/** A person as this app's provider describes them. */
interface Member {
  readonly sub: string
  readonly roles: readonly ('reader' | 'editor')[]
}

declare const schema: StandardSchema<Member>
declare const plainClient: AuthClient
const options = { issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback' } as const
const member = createAuthContext<Member>()

export function Typed(): ReactNode {
  expectTypeOf(member.useAuth()).toEqualTypeOf<Auth<Member>>()
  expectTypeOf(member.useAuth(({ user }) => user?.roles[0])).toEqualTypeOf<'reader' | 'editor' | undefined>()
  expectTypeOf(member.useUser()).toEqualTypeOf<Member | undefined>()
  expectTypeOf(member.useUser(({ roles }) => roles.length)).toEqualTypeOf<number | undefined>()
  expectTypeOf(member.useSuspenseAuth()).toEqualTypeOf<Auth<Member>>()
  expectTypeOf(member.useAuthClient()).toEqualTypeOf<AuthClient<Member>>()
  // @ts-expect-error A member has no such claim.
  member.useUser((user) => user.email)
  return (
    <>
      <member.AuthProvider client={createAuthClient({ ...options, claims: schema })} />
      <member.AuthProvider {...options} claims={schema} />
      {/* @ts-expect-error Nothing makes a member of the claims. */}
      <member.AuthProvider {...options} />
      {/* @ts-expect-error That client's person is no member. */}
      <member.AuthProvider client={plainClient} />
      <member.RequireAuth
        when={({ roles }) => roles.includes('editor')}
        forbidden={(user) => user.roles.join()}
      />
      {/* @ts-expect-error There is no such role. */}
      <member.RequireAuth when={({ roles }) => roles.includes('owner')} />
    </>
  )
}

/** What a schema makes of the person, and nothing else says. */
interface Keycloaked {
  readonly sub: string
  readonly realm_access?: { readonly roles: ('admin' | 'auditor')[] }
  readonly plan?: 'free' | 'paid'
  readonly groups: string[]
  readonly levels: number[]
}
declare const keycloakSchema: StandardSchema<Keycloaked>

export function Inferred(): ReactNode {
  const client = createAuthClient({ ...options, claims: keycloakSchema })
  const { AuthProvider, RequireAuth: Guard, useAuth, useUser: useOwnUser } = createAuthContext(client)
  expectTypeOf(useAuth()).toEqualTypeOf<Auth<Keycloaked>>()
  expectTypeOf(useOwnUser()).toEqualTypeOf<Keycloaked | undefined>()
  expectTypeOf(createAuthContext(plainClient).useUser()).toEqualTypeOf<User | undefined>()
  const { useUser: useNobody } = createAuthContext(
    createAuthClient({
      clientId: 'app',
      redirectUri: '/callback',
      endpoints: { authorization: 'https://id.example/auth', token: 'https://id.example/token' },
    }),
  )
  expectTypeOf(useNobody()).toEqualTypeOf<undefined>()
  // @ts-expect-error Of what a client is, it says more than its options.
  createAuthContext(options)
  // @ts-expect-error The client says what the person is, and it is no member.
  createAuthContext<Member>(plainClient)
  return (
    <>
      <AuthProvider>anything</AuthProvider>
      <AuthProvider client={client} />
      {/* @ts-expect-error That client's person is somebody else. */}
      <AuthProvider client={plainClient} />
      {/* @ts-expect-error It has a client. */}
      <AuthProvider {...options} />
      <Guard roles={['admin']} rolesClaim={['realm_access', 'roles']} />
      <Guard roles={['paid']} rolesClaim="plan" />
      <Guard roles={['whatever']} rolesClaim="groups" />
      {/* @ts-expect-error There is no such role at that path. */}
      <Guard roles={['owner']} rolesClaim={['realm_access', 'roles']} />
      {/* @ts-expect-error There is no such plan. */}
      <Guard roles={['gold']} rolesClaim="plan" />
      {/* @ts-expect-error The person has no such claim, so nobody has that role. */}
      <Guard roles={['admin']} rolesClaim={['realm', 'roles']} />
      {/* @ts-expect-error Nor is there a claim `roles`. */}
      <Guard roles={['admin']} />
      {/* @ts-expect-error Numbers are no roles. */}
      <Guard roles={['1']} rolesClaim="levels" />
    </>
  )
}

export function Roles(wide: RequireAuthProps<Member>): ReactNode {
  return (
    <>
      <member.RequireAuth roles={['reader', 'editor']} />
      {/* @ts-expect-error There is no such role. */}
      <member.RequireAuth roles={['owner']} />
      <member.RequireAuth {...wide} />
      <RequireAuth<Member> roles={['reader']} />
      {/* @ts-expect-error There is no such role. */}
      <RequireAuth<Member> roles={['owner']} />
      <RequireAuth roles={['any', 'at all']} />
      <RequireAuth roles={['any']} rolesClaim="groups" />
    </>
  )
}

export function Untyped(): ReactNode {
  const { AuthProvider, useUser: useOwnUser } = createAuthContext()
  const nobody = createAuthContext<undefined>()
  expectTypeOf(useOwnUser()).toEqualTypeOf<User | undefined>()
  expectTypeOf(nobody.useUser()).toEqualTypeOf<undefined>()
  // @ts-expect-error A person has a subject.
  createAuthContext<{ name: string }>()
  return <AuthProvider {...options} client={undefined} />
}

export function Hooks(): ReactNode {
  expectTypeOf(useUser()).toEqualTypeOf<User | undefined>()
  expectTypeOf(useUser((user) => user.name)).toEqualTypeOf<string | undefined>()
  expectTypeOf(useSuspenseAuth()).toEqualTypeOf<Auth<User>>()
  expectTypeOf(useAccessToken()).toEqualTypeOf<AuthClient['getAccessToken']>()
  expectTypeOf(useAuthFetch()).toEqualTypeOf<AuthClient['fetch']>()
  expectTypeOf(useSessionCountdown({ withinSeconds: 60 })).toEqualTypeOf<number | undefined>()
  // @ts-expect-error A token is asked for, never held.
  useAccessToken() satisfies string
  // @ts-expect-error There is no such option.
  useSessionCountdown({ within: 60 })
  return null
}

export const Guards: ReactNode = (
  <>
    <RequireAuth roles={['admin']} rolesClaim={['realm_access', 'roles']} acr={['mfa']} maxAge={300} />
    <RequireAuth signedOut={(login) => <button type="button" onClick={login} />} forbidden={null} />
    {/* @ts-expect-error Roles are a list. */}
    <RequireAuth roles="admin" />
    {/* @ts-expect-error A predicate gives a boolean, at once. */}
    <RequireAuth when={async () => true} />
  </>
)

class Greeting extends Component<{ auth: Auth; greeting: string }> {
  shout(): string {
    return this.props.greeting
  }
}

const GreetingWithAuth = withAuth(Greeting)

export const Classes: ReactNode = (
  <>
    <GreetingWithAuth greeting="Hello" ref={createRef<Greeting>()} />
    {/* @ts-expect-error It needs its own props still. */}
    <GreetingWithAuth />
    {/* @ts-expect-error The session is given to it. */}
    <GreetingWithAuth greeting="Hello" auth={undefined} />
  </>
)

// @ts-expect-error Its `auth` is something else.
withAuth((_: { auth: string }) => null)
