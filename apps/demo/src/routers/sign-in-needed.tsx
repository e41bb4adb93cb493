import { isAuthError } from '@latchkey/core'
import { auth } from '../auth.ts'
import { inPlainWords } from '../in-plain-words.ts'

/** What a route shows whose guard threw: whoever signed out is not sent away unasked. */
export function SignInNeeded({ error, returnTo }: { error: unknown; returnTo: string }) {
  if (!isAuthError(error)) throw error
  return (
    <div role="alert">
      <p>{inPlainWords(error)}</p>
      <p className="actions">
        <button type="button" onClick={() => void auth.login({ returnTo })}>
          Sign in to go on
        </button>
      </p>
    </div>
  )
}
