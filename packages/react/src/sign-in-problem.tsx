import type { AnyAuthError } from '@latchkey/core'
import type { ReactElement, ReactNode } from 'react'

/**
 * What to show in place of the default when nobody is signed in and nothing goes on by itself: something
 * to render, or a function that gets the error (undefined after a plain sign-out) and a way to try again.
 */
export type ProblemFallback = ReactNode | ((error: AnyAuthError | undefined, retry: () => void) => ReactNode)

/** What {@link SignInProblem} shows and offers. */
export interface SignInProblemProps {
  readonly error: AnyAuthError | undefined
  readonly retry: () => void
  readonly fallback: ProblemFallback | undefined
}

/** The app's own words where it has some; otherwise a plain notice, announced by screen readers, with a way on. */
export function SignInProblem({ error, retry, fallback }: SignInProblemProps): ReactNode {
  if (typeof fallback === 'function') return fallback(error, retry)
  return fallback === undefined ? <Notice error={error} retry={retry} /> : fallback
}

function Notice({ error, retry }: { error: AnyAuthError | undefined; retry: () => void }): ReactElement {
  return (
    <div role={error ? 'alert' : 'status'}>
      <p>{words(error)}</p>
      <p>
        <button type="button" onClick={retry}>
          Sign in
        </button>
      </p>
      {error && (
        <p>
          <small>{error.code}</small>
        </p>
      )}
    </div>
  )
}

/** For the person, who cannot act on the developer's message. */
function words(error: AnyAuthError | undefined): string {
  if (!error) return 'You are signed out.'
  switch (error.name) {
    case 'NetworkError':
      return 'The sign-in service cannot be reached. Please try again in a moment.'
    case 'SignInRequiredError':
      return 'Please sign in again.'
    default:
      return error.code === 'access_denied' ? 'The sign-in was cancelled.' : 'The sign-in did not work.'
  }
}
