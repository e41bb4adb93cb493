'use client'
import type { LoginOptions, User } from '@latchkey/core'
import type { ReactNode } from 'react'
import { type AuthContext, defaultContext, useAuthSource } from './auth-context.ts'
import { type Allowance, isAllowed, type RolesClaim } from './is-allowed.ts'
import { Notice } from './notice.tsx'
import { shown } from './shown.ts'
import { type ProblemFallback, SignInProblem } from './sign-in-problem.tsx'
import { useRequiredSession } from './use-required-session.ts'
import { useSelected } from './use-selected.ts'

/** What `<RequireAuth>` takes. */
export interface RequireAuthProps<TUser = User, TClaim extends RolesClaim = RolesClaim>
  extends Allowance<TUser, TClaim> {
  readonly children?: ReactNode
  /**
   * How the person must have authenticated: one of these authentication context classes. Whoever has not is asked to
   * (a step-up) when they come to the page, and stays once they are in.
   */
  readonly acr?: string | readonly string[] | undefined
  /** How recently they must have proved who they are, in seconds, when they come to the page. */
  readonly maxAge?: number | undefined
  /** What the sign-in asks for beside that. `returnTo` is the guarded page unless it says otherwise. */
  readonly login?: LoginOptions | undefined
  /** Shown while nothing is decided and while the page is being left. Default: a short text. */
  readonly fallback?: ReactNode
  /** Shown to whoever signed out, or came back from the sign-in page. Default: a notice with a button. */
  readonly signedOut?: ReactNode | ((login: () => void) => ReactNode)
  /** Shown to whoever is signed in and not allowed: see `roles` and `when`. Default: a notice. */
  readonly forbidden?: ReactNode | ((user: TUser) => ReactNode)
  /** Shown when signing in went wrong, or a step-up did. Default: a notice with a button. */
  readonly error?: ProblemFallback | undefined
}

/** {@link RequireAuth} of one context, whose sessions are of a `TUser`. */
export type RequireAuthOf<TUser> = <const TClaim extends RolesClaim = 'roles'>(
  props: RequireAuthProps<TUser, TClaim>,
) => ReactNode

/** Makes {@link RequireAuth} for one context. */
export function createRequireAuth<TUser>(context: AuthContext<TUser>): RequireAuthOf<TUser> {
  function RequireAuth({
    children,
    acr,
    maxAge,
    login,
    fallback = <p role="status">One moment…</p>,
    signedOut,
    forbidden,
    error,
    ...allowance
  }: RequireAuthProps<TUser>): ReactNode {
    const source = useAuthSource(context, '<RequireAuth>')
    const auth = useSelected(source)
    const isForbidden = auth.status === 'authenticated' && !isAllowed(auth.user, allowance)
    const required = useRequiredSession(source, auth, {
      isWanted: !isForbidden,
      demand: {
        ...(acr !== undefined && { acrValues: [acr].flat() }),
        ...(maxAge !== undefined && { maxAge }),
      },
      login,
    })
    if (isForbidden) {
      const notice = <Notice role="alert">You do not have access to this page.</Notice>
      return shown(forbidden, notice, auth.user)
    }
    if (required.is === 'there') return children
    if (required.is === 'under way') return fallback
    const { error: problem, retry } = required
    if (problem) return <SignInProblem error={problem} retry={retry} fallback={error} />
    const notice = (
      <Notice role="status" button="Sign in" onClick={retry}>
        You are signed out.
      </Notice>
    )
    return shown(signedOut, notice, retry)
  }
  // Which roles there are is for the compiler.
  return RequireAuth as RequireAuthOf<TUser>
}

/**
 * Shows its children to a signed-in person only, and sends anybody else to sign in: by itself where they
 * have just arrived, with a button where they signed out, lost their session, or something went wrong.
 * It never redirects against a sign-out, nor twice for the same trouble, nor while nobody looks or there is no network;
 * and never whoever is signed in but not allowed.
 *
 * It decides what is shown, not what is given out: the API has to check the token by itself.
 *
 * @throws {ConfigurationError} `missing_provider`: there is no `<AuthProvider>` above
 *
 * @example
 * ```tsx
 * import { RequireAuth } from '@latchkey/react'
 *
 * export const Settings = () => (
 *   <RequireAuth roles={['admin']} fallback={<p>One moment…</p>}>
 *     <h1>Settings</h1>
 *   </RequireAuth>
 * )
 * ```
 *
 * @example
 * ```tsx
 * import { RequireAuth } from '@latchkey/react'
 *
 * // A second factor, given within the last five minutes.
 * export const DeleteAccount = () => (
 *   <RequireAuth acr="urn:example:mfa" maxAge={300}>
 *     <button>Delete my account</button>
 *   </RequireAuth>
 * )
 * ```
 */
export const RequireAuth: <TUser = User, const TClaim extends RolesClaim = 'roles'>(
  props: RequireAuthProps<TUser, TClaim>,
) => ReactNode = /* @__PURE__ */ createRequireAuth(defaultContext) as never
