'use client'
import type { ReactNode } from 'react'
import type { Auth } from './auth.ts'
import { type AuthContext, defaultContext, useAuthSource } from './auth-context.ts'
import { shown } from './shown.ts'
import type { ProblemFallback } from './sign-in-problem.tsx'
import { useSelected } from './use-selected.ts'

/** What `<SignedOut>` takes. */
export interface SignedOutProps {
  readonly children?: ReactNode
  /** Shown while nothing is decided and while the page is being left. Default: nothing. */
  readonly fallback?: ReactNode
  /** Shown where something went wrong, as a sign-in may have. Default: as where nothing did. */
  readonly error?: ProblemFallback | undefined
}

/** What `<SignedIn>` takes. */
export interface SignedInProps extends SignedOutProps {
  /** Shown to whoever is not signed in, for whatever reason. Default: nothing. */
  readonly signedOut?: ReactNode | ((login: () => void) => ReactNode)
}

/** Makes {@link SignedIn} for one context. */
export function createSignedIn<TUser>(context: AuthContext<TUser>): (props: SignedInProps) => ReactNode {
  return function SignedIn({ children, fallback = null, signedOut = null, error }) {
    const source = useAuthSource(context, '<SignedIn>')
    const { status, problem } = useSelected(source, pickStanding)
    if (status === 'authenticated') return children
    if (status !== 'unauthenticated') return fallback
    const login = (): void => void source.client.login(problem && { returnTo: problem.returnTo })
    const out = shown(signedOut, null, login)
    return problem ? shown(error, out, problem, login) : out
  }
}

/** Makes {@link SignedOut} for one context. */
export function createSignedOut<TUser>(context: AuthContext<TUser>): (props: SignedOutProps) => ReactNode {
  return function SignedOut({ children, fallback = null, error }) {
    const source = useAuthSource(context, '<SignedOut>')
    const { status, problem } = useSelected(source, pickStanding)
    if (status === 'authenticated') return null
    if (status !== 'unauthenticated') return fallback
    const login = (): void => void source.client.login(problem && { returnTo: problem.returnTo })
    return problem ? shown(error, children, problem, login) : children
  }
}

/**
 * Shows its children while somebody is signed in. Sends nobody anywhere: what must be guarded goes into `<RequireAuth>`.
 *
 * By itself it shows nothing in their place: there may be many on a page, and screen readers would read a notice as many
 * times. Give the one that a person looks at a `signedOut` and an `error`.
 *
 * @throws {ConfigurationError} `missing_provider`: there is no `<AuthProvider>` above
 *
 * @example
 * ```tsx
 * import { SignedIn, SignedOut, useAuth } from '@latchkey/react'
 *
 * export function AccountButton() {
 *   const { login, logout } = useAuth()
 *   return (
 *     <>
 *       <SignedIn fallback="…">
 *         <button onClick={logout}>Sign out</button>
 *       </SignedIn>
 *       <SignedOut error={(error, retry) => <button onClick={retry}>Sign in again ({error.code})</button>}>
 *         <button onClick={login}>Sign in</button>
 *       </SignedOut>
 *     </>
 *   )
 * }
 * ```
 */
export const SignedIn: (props: SignedInProps) => ReactNode = /* @__PURE__ */ createSignedIn(defaultContext)

/**
 * Shows its children while nobody is signed in: not before that is decided, nor while the page is being left.
 *
 * @throws {ConfigurationError} `missing_provider`: there is no `<AuthProvider>` above
 */
export const SignedOut: (props: SignedOutProps) => ReactNode = /* @__PURE__ */ createSignedOut(defaultContext)

interface Standing {
  readonly status: Auth<unknown>['status']
  readonly problem: Auth<unknown>['error']
}

function pickStanding({ status, error }: Auth<unknown>): Standing {
  return { status, problem: error }
}
