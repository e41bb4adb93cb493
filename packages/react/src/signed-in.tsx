'use client'
import type { ReactNode } from 'react'
import { type AuthContext, defaultContext, useAuthSource } from './auth-context.ts'
import { useSelected } from './use-selected.ts'

/** What `<SignedIn>` and `<SignedOut>` take. */
export interface SignedInProps {
  readonly children?: ReactNode
  /** Shown while nothing is decided and while the page is being left. Default: nothing. */
  readonly fallback?: ReactNode
}

/** Makes {@link SignedIn} for one context. */
export function createSignedIn<TUser>(context: AuthContext<TUser>): (props: SignedInProps) => ReactNode {
  return function SignedIn({ children, fallback = null }) {
    const status = useSelected(useAuthSource(context, '<SignedIn>'), pickStatus)
    if (status === 'authenticated') return children
    return status === 'unauthenticated' ? null : fallback
  }
}

/** Makes {@link SignedOut} for one context. */
export function createSignedOut<TUser>(context: AuthContext<TUser>): (props: SignedInProps) => ReactNode {
  return function SignedOut({ children, fallback = null }) {
    const status = useSelected(useAuthSource(context, '<SignedOut>'), pickStatus)
    if (status === 'unauthenticated') return children
    return status === 'authenticated' ? null : fallback
  }
}

/**
 * Shows its children while somebody is signed in. Sends nobody anywhere: what must be guarded goes into `<RequireAuth>`.
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
 *       <SignedOut>
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
export const SignedOut: (props: SignedInProps) => ReactNode = /* @__PURE__ */ createSignedOut(defaultContext)

function pickStatus<TStatus>({ status }: { readonly status: TStatus }): TStatus {
  return status
}
