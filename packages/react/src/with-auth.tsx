'use client'
import type { User } from '@latchkey/core'
import {
  type ComponentProps,
  type ComponentType,
  createElement,
  type FunctionComponent,
  forwardRef,
  type RefAttributes,
} from 'react'
import type { Auth } from './auth.ts'
import { type AuthContext, defaultContext, useAuthSource } from './auth-context.ts'
import { useSelected } from './use-selected.ts'

/** What a component takes from outside once `withAuth` gives it the rest. */
export type WithAuthProps<TComponent extends Wrappable> = Omit<ComponentProps<TComponent>, 'auth' | 'ref'> &
  RefAttributes<TComponent extends new (...props: never) => infer TInstance ? TInstance : unknown>

// biome-ignore lint/suspicious/noExplicitAny: any component; what it takes is checked below
type Wrappable = ComponentType<any>

/** A component that takes the session as `auth`, or does not mind it; anything else does not compile. */
type Taking<TComponent extends Wrappable, TUser> =
  { readonly auth: Auth<TUser> } extends Pick<ComponentProps<TComponent>, 'auth'> ? TComponent : never

/** {@link withAuth} of one context, whose sessions are of a `TUser`. */
export type WithAuth<TUser> = <TComponent extends Wrappable>(
  component: TComponent & Taking<TComponent, TUser>,
) => FunctionComponent<WithAuthProps<TComponent>>

/** Makes {@link withAuth} for one context. */
export function createWithAuth<TUser>(context: AuthContext<TUser>): WithAuth<TUser> {
  return function withAuth(component) {
    // What memo() and forwardRef() make has neither, nor has a function without a name.
    const name = component.displayName || component.name || 'Component'
    const WithAuth = forwardRef<unknown, object>((props, ref) => {
      const auth = useSelected(useAuthSource(context, `withAuth(${name})`))
      return createElement(component as ComponentType<object>, { ...props, ref, auth } as object)
    })
    WithAuth.displayName = `withAuth(${name})`
    return WithAuth as never
  }
}

/**
 * Gives a component that cannot use hooks, such as a class, the session as its prop `auth`: what `useAuth()` gives. A
 * `ref` reaches the component. Statics are not copied.
 *
 * @throws {ConfigurationError} `missing_provider`, when it renders: there is no `<AuthProvider>` above
 *
 * @example
 * ```tsx
 * import { type Auth, withAuth } from '@latchkey/react'
 * import { Component } from 'react'
 *
 * class Greeting extends Component<{ auth: Auth; greeting: string }> {
 *   override render() {
 *     const { auth, greeting } = this.props
 *     return auth.isAuthenticated ? <p>{greeting}, {auth.user.name}</p> : null
 *   }
 * }
 *
 * const GreetingWithAuth = withAuth(Greeting)
 *
 * export const Header = () => <GreetingWithAuth greeting="Hello" />
 * ```
 */
export const withAuth: WithAuth<User> = /* @__PURE__ */ createWithAuth(defaultContext) as never
