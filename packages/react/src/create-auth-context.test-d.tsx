import { type AuthClient, createAuthClient, type StandardSchema, type User } from '@latchkey/core'
import { Component, createRef, type ReactNode } from 'react'
import { expectTypeOf } from 'vitest'
import {
  type Auth,
  createAuthContext,
  RequireAuth,
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
