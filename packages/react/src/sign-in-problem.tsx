import type { AnyAuthError } from '@latchkey/core'
import type { ReactNode } from 'react'
import { Notice } from './notice.tsx'
import { shown } from './shown.ts'

/**
 * What to show in place of the default when a sign-in went wrong: something to render, or a function that gets the
 * error and a way to try again.
 */
export type ProblemFallback = ReactNode | ((error: AnyAuthError, retry: () => void) => ReactNode)

/** What {@link SignInProblem} shows and offers. */
export interface SignInProblemProps {
  readonly error: AnyAuthError
  readonly retry: () => void
  readonly fallback: ProblemFallback | undefined
}

/** The app's own words where it has some; otherwise a plain notice with a way on. */
export function SignInProblem({ error, retry, fallback }: SignInProblemProps): ReactNode {
  const notice = (
    <Notice role="alert" button="Sign in" onClick={retry} small={error.code}>
      {words(error)}
    </Notice>
  )
  return shown(fallback, notice, error, retry)
}

/** For the person, who cannot act on the developer's message. */
function words({ name, code }: AnyAuthError): string {
  switch (name) {
    case 'NetworkError':
      return 'The sign-in service cannot be reached. Please try again in a moment.'
    case 'SignInRequiredError':
      return code === 'reauthentication_required' ? 'Please confirm that it is you.' : 'Please sign in again.'
    default:
      return code === 'access_denied' ? 'The sign-in was cancelled.' : 'The sign-in did not work.'
  }
}
