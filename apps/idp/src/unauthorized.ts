import type { ServerResponse } from 'node:http'
import { sendJson } from './json-answer.ts'

/** The request is refused with 401; `challenge` is the `WWW-Authenticate` header that says why. */
export class UnauthorizedError extends Error {
  override readonly name = 'UnauthorizedError'
  readonly challenge: string
  readonly code: UnauthorizedCode | undefined

  constructor({ challenge, message, code }: { challenge: string; message: string; code?: UnauthorizedCode }) {
    super(message)
    this.challenge = challenge
    this.code = code
  }
}

export type UnauthorizedCode = 'invalid_token' | 'invalid_dpop_proof'

/** RFC 6750 section 3: the header says what is wrong; the body says it again for people who look. */
export function sendUnauthorized(response: ServerResponse, error: UnauthorizedError): void {
  response.setHeader('www-authenticate', error.challenge)
  sendJson(response, 401, { error: error.code ?? 'unauthorized', error_description: error.message })
}
