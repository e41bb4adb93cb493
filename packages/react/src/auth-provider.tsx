'use client'
import {
  type AuthClient,
  type AuthClientOptions,
  type CheckedUserOptions,
  ConfigurationError,
  createAuthClient,
  type LoadedUserOptions,
  type OAuthOptions,
  type OpenIdOptions,
  type User,
} from '@latchkey/core'
import { type ReactElement, type ReactNode, useEffect, useState } from 'react'
import { type AuthContext, defaultContext } from './auth-context.ts'
import { ContextClient } from './client-provider.tsx'

type Person = { readonly sub: string }

/** The options that make a client of a `TUser`: one that is more than the standard claims takes a schema. */
type OptionsOf<TUser> = [TUser] extends [Person]
  ? User extends TUser
    ? OpenIdOptions
    :
        | (OpenIdOptions<TUser> & Required<Pick<OpenIdOptions<TUser>, 'claims'>>)
        | LoadedUserOptions<TUser>
        | CheckedUserOptions<TUser>
  : OAuthOptions

type ClientOr<TUser, TOptions> = { readonly children?: ReactNode } & (
  | { readonly client: AuthClient<TUser> }
  | (TOptions & { readonly client?: undefined })
)

/** A client made elsewhere (so that code outside React uses the same), or the options to make one. */
export type AuthProviderProps<TUser = User> = ClientOr<TUser, OptionsOf<TUser>>

/** What the `<AuthProvider>` of a context takes that was made for a client: another, if that is to be meant. */
export interface ClientProviderProps<TUser> {
  readonly children?: ReactNode
  readonly client?: AuthClient<TUser> | undefined
}

/** Makes {@link AuthProvider} for one context, and for a client where it is given none. */
export function createAuthProvider<TUser>(
  context: AuthContext<TUser>,
  standard?: AuthClient<TUser>,
): (props: AuthProviderProps<TUser> | ClientProviderProps<TUser>) => ReactElement {
  /** Clients of renders that are not committed. Where a child suspends, React drops such a render and begins anew. */
  const uncommitted: Uncommitted = new Map()
  return function AuthProvider({ children, ...given }) {
    const { client = standard, ...options } = given
    if (client ? typeof client.getState !== 'function' : isMeantToBeGiven(options)) throw noClient(client)
    const beside = client && Object.entries(options).find(([, value]) => value !== undefined)
    if (beside) throw besideClient(beside[0])
    return client ? (
      <ContextClient context={context} client={client}>
        {children}
      </ContextClient>
    ) : (
      <OptionsProvider context={context} options={options as AuthClientOptions} uncommitted={uncommitted}>
        {children}
      </OptionsProvider>
    )
  }
}

/**
 * Gives every component below it the session, and keeps the client watching the page while it is mounted.
 * It never renders its children again by itself.
 *
 * Pass a `client` made at module level, or its options: a new client is made when one of them changes its value.
 * Functions and schemas in them (`vault.worker`, `claims`, `loadUser`, `platform`) count as they first were. Beside a `client` there are no options.
 *
 * Another `client` takes the place of the one before without mounting the children anew; where it is one for the same
 * app at the same provider (`instanceId`), the session goes over to it, and is shown meanwhile.
 *
 * @throws {ConfigurationError} `invalid_option`, naming the option and the fix
 *
 * @example
 * ```tsx
 * import { createAuthClient } from '@latchkey/core'
 * import { AuthProvider } from '@latchkey/react'
 *
 * const auth = createAuthClient({ issuer: 'https://id.example.com', clientId: 'my-app', redirectUri: '/callback' })
 *
 * export const Root = () => <AuthProvider client={auth}>the app</AuthProvider>
 * ```
 */
export const AuthProvider: <TUser = User>(props: ClientOr<TUser, AuthClientOptions<Person>>) => ReactElement =
  /* @__PURE__ */ createAuthProvider(defaultContext) as never

/** Options are usually a literal, new at every render: their values decide. */
function OptionsProvider<TUser>({
  context,
  options,
  uncommitted,
  children,
}: {
  context: AuthContext<TUser>
  options: AuthClientOptions
  uncommitted: Uncommitted
  children: ReactNode
}): ReactElement {
  const key = keyOf(options)
  const [held, hold] = useState(() => ({ key, client: clientOf(key, options, uncommitted) }))
  if (held.key !== key) hold({ key, client: clientOf(key, options, uncommitted) })
  useEffect(() => void uncommitted.delete(held.key))
  return (
    <ContextClient context={context} client={held.client as AuthClient<never>}>
      {children}
    </ContextClient>
  )
}

/** Whether these are no options of a client: a name may be misspelt, and then there is one that is a client. */
function isMeantToBeGiven(options: object): boolean {
  const values = Object.values(options)
  return values.length === 0 || values.some((value) => typeof value?.getState === 'function')
}

/** Nobody would hear of what is left out. */
function besideClient(name: string): ConfigurationError {
  return new ConfigurationError(
    'invalid_option',
    `Prop "${name}" of <AuthProvider> stands beside "client", which has its options already: ` +
      'pass it to createAuthClient(), or leave "client" out.',
  )
}

/** Whoever meant to pass a client is not to be told of options. */
function noClient(client: unknown): ConfigurationError {
  return new ConfigurationError(
    'invalid_option',
    `Prop "client" of <AuthProvider> is ${client ? 'no client' : String(client)}: pass what createAuthClient() returns. ` +
      'Where it is imported, look for a misspelt name, and for an import cycle, in which it is not made yet.',
  )
}

interface UncommittedClient {
  readonly client: AuthClient<unknown>
  readonly options: AuthClientOptions
  /** Nothing but React was at work since it was made. */
  isFresh: boolean
}

type Uncommitted = Map<string, UncommittedClient[]>

/**
 * A client, the same one when React asks again: one made anew would be `loading` anew, and the page never shown. What
 * has no value to compare may be another object each time then, and in one go it is another provider's.
 */
function clientOf(key: string, options: AuthClientOptions, uncommitted: Uncommitted): AuthClient<unknown> {
  const known = uncommitted.get(key) ?? []
  const same = known.find(
    (made) =>
      made.options.platform === options.platform && (!made.isFresh || hasSameParts(made.options, options)),
  )
  if (same) return same.client
  const made = { client: createAuthClient(options), options, isFresh: true }
  // A server commits nothing.
  if (typeof document !== 'undefined') {
    uncommitted.set(key, [...known, made])
    queueMicrotask(() => {
      made.isFresh = false
    })
  }
  return made.client
}

function hasSameParts(one: AuthClientOptions, other: AuthClientOptions): boolean {
  return one.claims === other.claims && one.loadUser === other.loadUser
}

/** What has no value to compare is left out. What JSON cannot hold is no valid option: `createAuthClient` says which. */
function keyOf({ platform, claims, ...values }: AuthClientOptions): string {
  try {
    return JSON.stringify(values)
  } catch {
    return ''
  }
}
