import type { AuthErrorCode } from '../../src/index.ts'

const codes: readonly AuthErrorCode[] = [
  'access_denied',
  'invalid_authorization_response',
  'issuer_mismatch',
  'login_loop',
  'login_required',
  'network_failed',
  'no_sign_in_pending',
  'not_signed_in',
  'server_unavailable',
  'session_ended',
  'session_expired',
  'session_lost',
  'sign_in_expired',
  'sign_in_interrupted',
  'sign_in_unknown',
  'signing_out',
  'subject_changed',
  'timeout',
  'token_sealed',
  'vault_lost',
]

/** The documented codes of what can go wrong in a simulated world. Any other is one of the product's own making. */
export const possibleCodes: ReadonlySet<string> = new Set(codes)
