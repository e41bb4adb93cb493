import { useAuth } from '@latchkey/react'
import { Link } from 'react-router-dom'
import { inPlainWords } from '../in-plain-words.ts'
import { TestAccounts } from './test-accounts.tsx'

/** What somebody sees who is not signed in. */
export function Introduction() {
  const { isLoading, error, login, register } = useAuth()
  return (
    <>
      <p className="lead">
        This single-page app signs you in at an OpenID provider, keeps the tokens out of storage and calls an
        API with them. The Session panel tells what happens meanwhile, and the source is short enough to copy.
      </p>
      {error && (
        <p role="alert" className="notice">
          {inPlainWords(error)}
        </p>
      )}
      <p className="actions">
        <button type="button" className="primary" disabled={isLoading} onClick={() => login()}>
          Sign in
        </button>
        <button type="button" disabled={isLoading} onClick={register}>
          Create an account
        </button>
        <Link className="button" to="/profile/details?tab=claims#email">
          Start at a protected page
        </Link>
      </p>
      <TestAccounts />
    </>
  )
}
