import { type AuthError, ServerError } from '@latchkey/core'
import { Link } from 'react-router-dom'
import { inPlainWords } from '../in-plain-words.ts'
import { Page } from '../layout/page.tsx'

/** Nobody is signed in and nothing goes on by itself: after a sign-out there is no error, only a way back in. */
export function SignInProblem({ error, retry }: { error: AuthError | undefined; retry: () => void }) {
  return (
    <Page title={error ? 'You are not signed in' : 'You are signed out'}>
      {error ? <p role="alert">{inPlainWords(error)}</p> : <p>Sign in to see this page.</p>}
      <p className="actions">
        <button type="button" className="primary" onClick={retry}>
          {error ? 'Try again' : 'Sign in'}
        </button>
        <Link className="button" to="/">
          Back home
        </Link>
      </p>
      {error && <ErrorFacts error={error} />}
    </Page>
  )
}

/** What a support ticket needs. The provider's words come from outside: they are shown as text and nothing else. */
function ErrorFacts({ error }: { error: AuthError }) {
  return (
    <dl className="facts">
      <div>
        <dt>Code</dt>
        <dd>
          <code>{error.code}</code>
        </dd>
      </div>
      {error instanceof ServerError && error.description && (
        <div>
          <dt>The provider said</dt>
          <dd>{error.description}</dd>
        </div>
      )}
      <div>
        <dt>For developers</dt>
        <dd>{error.message}</dd>
      </div>
    </dl>
  )
}
