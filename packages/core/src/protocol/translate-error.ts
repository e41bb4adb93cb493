import * as oauth from 'oauth4webapi'
import { AuthError, ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import { plainCause } from './plain-cause.ts'

/**
 * What oauth4webapi (or WebCrypto, with a key it cannot use) threw, as an error of ours. Its own errors
 * carry whole responses in `cause`: only the name, the code and the fixed message come along.
 *
 * @param what What was being read, as the message's subject: `The token response`.
 * @param as What it is then; by default, something wrong with the token response or the ID token in it.
 */
export function translateError(error: unknown, what: string, as?: ProtocolErrorCode): AuthError {
  if (error instanceof AuthError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  const about = isAboutIdToken(error) ? 'invalid_id_token' : 'invalid_token_response'
  const advice = code === oauth.JWT_TIMESTAMP_CHECK ? ' If this goes on, check the device’s clock.' : ''
  const cause = plainCause(error)
  return new ProtocolError(
    as ?? about,
    `${what} was refused: ${cause?.message ?? 'it could not be read'}.${advice}`,
    { cause: { ...cause, code } },
  )
}

/** oauth4webapi attaches what it looked at: the token itself, its header or its claims; or the response's body. */
function isAboutIdToken(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? error.cause : undefined
  if (typeof cause === 'string') return true
  return (
    typeof cause === 'object' && cause !== null && ('claims' in cause || 'header' in cause || 'alg' in cause)
  )
}
