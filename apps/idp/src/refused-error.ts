import type { ServerResponse } from 'node:http'
import { sendJson } from './json-answer.ts'

/** One way in which a caller may prove itself (RFC 9110 section 11.6.1), and what was wrong with how it did. */
export interface Challenge {
  readonly scheme: Scheme
  readonly parameters: Readonly<Record<string, string | undefined>>
}

export type Scheme = 'Bearer' | 'DPoP'

export type RefusalCode =
  | 'invalid_token'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'

/** The request is refused; `challenges` become the `WWW-Authenticate` header that says why. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly code: RefusalCode | undefined
  readonly challenges: readonly Challenge[]

  constructor({
    code,
    message,
    challenges,
  }: { code?: RefusalCode; message: string; challenges: readonly Challenge[] }) {
    super(message)
    this.code = code
    this.challenges = challenges
  }
}

/**
 * RFC 6750 section 3: the header says what is wrong; the body says it again for people who look.
 * With `resourceMetadata` it also says where the API describes itself (RFC 9728 section 5.1).
 */
export function sendRefusal(
  response: ServerResponse,
  { code, message, challenges }: RefusedError,
  { resourceMetadata }: { resourceMetadata?: string } = {},
): void {
  const header = challenges.map(({ scheme, parameters }) =>
    writeChallenge(scheme, {
      error: code,
      error_description: code && message,
      ...parameters,
      resource_metadata: resourceMetadata,
    }),
  )
  response.setHeader('www-authenticate', header.join(', '))
  // RFC 6750 section 3.1: another token of the same kind would not help.
  const status = code === 'insufficient_scope' ? 403 : 401
  sendJson(response, status, { error: code ?? 'unauthorized', error_description: message })
}

function writeChallenge(scheme: Scheme, parameters: Readonly<Record<string, string | undefined>>): string {
  const written = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${value}"`],
  )
  return [scheme, written.join(', ')].filter(Boolean).join(' ')
}
