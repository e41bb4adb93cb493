import { type AuthClient, isAuthError } from '@latchkey/core'
import type { ReactNode } from 'react'

/** What a page says whose guard threw, with a way in; what is none of ours is thrown on. */
export function RefusedPage({
  error,
  auth,
}: {
  readonly error: unknown
  readonly auth: AuthClient
}): ReactNode {
  if (!isAuthError(error)) throw error
  return (
    <>
      <p role="alert">
        {error.name} {error.code} {error.returnTo}
      </p>
      <button type="button" onClick={() => void auth.login({ returnTo: error.returnTo })}>
        sign in
      </button>
    </>
  )
}
