import { isAuthError } from '@latchkey/core'
import { auth } from './auth.ts'

/** What a guard or a callback threw. */
export function SignInNeeded({ error }: { error: unknown }) {
  if (!isAuthError(error)) throw error
  return (
    <div role="alert">
      <p>{error.code}</p>
      <button type="button" onClick={() => void auth.login({ returnTo: error.returnTo })}>
        Sign in
      </button>
    </div>
  )
}
