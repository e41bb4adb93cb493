'use client'
import type { LoginOptions } from '@latchkey/core'
import { type ReactNode, useEffect, useRef } from 'react'
import { useAuthClient } from './context.ts'
import { type ProblemFallback, SignInProblem } from './sign-in-problem.tsx'
import { useAuth } from './use-auth.ts'

/** What `<RequireAuth>` takes. */
export interface RequireAuthProps {
  readonly children?: ReactNode
  /** Shown while nothing is decided and while the page is being left. Default: nothing. */
  readonly fallback?: ReactNode
  /** Shown after a sign-out or when signing in went wrong. Default: a notice with a button. */
  readonly error?: ProblemFallback | undefined
  /** What the sign-in asks for. `returnTo` is the guarded page unless it says otherwise. */
  readonly login?: LoginOptions
}

/**
 * Shows its children to a signed-in person only, and sends anybody else to sign in: by itself where they
 * have just arrived, with a button where they signed out, lost their session, or something went wrong.
 * It never redirects against a sign-out, nor twice for the same trouble.
 *
 * @throws {ConfigurationError} `missing_provider`: there is no `<AuthProvider>` above
 *
 * @example
 * ```tsx
 * import { RequireAuth } from '@latchkey/react'
 *
 * export const Settings = () => (
 *   <RequireAuth fallback={<p>One moment…</p>}>
 *     <h1>Settings</h1>
 *   </RequireAuth>
 * )
 * ```
 */
export function RequireAuth({ children, fallback = null, error, login }: RequireAuthProps): ReactNode {
  const client = useAuthClient<unknown>()
  const { status, reason, error: problem } = useAuth<unknown>()
  const isStranded =
    status === 'unauthenticated' &&
    (problem !== undefined || ['signed_out', 'signed_out_elsewhere', 'redirect_cancelled'].includes(reason))
  const isNeeded = status === 'unauthenticated' && !isStranded
  const options = useRef(login)
  useEffect(() => {
    options.current = login
  })
  useEffect(() => {
    if (isNeeded) void client.requireSession(options.current)
  }, [client, isNeeded])
  if (status === 'authenticated') return children
  if (!isStranded) return fallback
  return <SignInProblem error={problem} retry={() => void client.login(login)} fallback={error} />
}
