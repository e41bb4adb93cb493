import { ConfigurationError, NetworkError, ServerError, type ServerErrorCode } from '../errors.ts'
import { errorCode, plainText, providerWords } from './text.ts'

/** How a token endpoint said no. */
export interface TokenRefusal {
  readonly status: number
  /** The OAuth error code, where the answer had one (RFC 6749 §5.2). */
  readonly error: string | undefined
  readonly description: string | undefined
  /** What some providers say more exactly beside the error code, as a code of their own. */
  readonly suberror?: string | undefined
  readonly isEmpty: boolean
}

/** Token endpoint errors that mean the registration is wrong. */
const registrationErrors = [
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
]

const tokenNames = ['access_token', 'refresh_token', 'id_token']
const isText = (value: unknown): value is string => typeof value === 'string'

/**
 * Reads a refusal out of an answer; undefined where the answer is not one. `secrets` are blanked
 * wherever the server echoes them. `success` is the one status that is no refusal, unless the answer says that it is one
 * all the same: there are servers that refuse with 200 (GitHub, and those that do as it does).
 *
 * @throws {NetworkError} `server_unavailable`: the answer says nothing about the request
 */
export async function readRefusal(
  response: Response,
  secrets: readonly (string | null | undefined)[],
  { success = 200 }: { readonly success?: number } = {},
): Promise<TokenRefusal | undefined> {
  throwIfUnavailable(response)
  const text = await response.clone().text()
  const body = parseMembers(text)
  const isRefusal = typeof body?.error === 'string' && body.access_token === undefined
  if (response.status === success && !isRefusal) return undefined
  // What is refused may bring tokens all the same.
  const hidden = [...secrets, ...tokenNames.map((name) => body?.[name]).filter(isText)]
  return {
    status: response.status,
    error: body?.error === undefined ? undefined : errorCode(body.error, hidden),
    description: plainText(body?.error_description, hidden),
    ...(body?.suberror !== undefined && { suberror: errorCode(body.suberror, hidden) }),
    isEmpty: text.trim() === '',
  }
}

/**
 * An answer that says nothing about the request: try again later (RFC 6585 §4, RFC 9110 §15.6).
 *
 * @throws {NetworkError} `server_unavailable`
 */
export function throwIfUnavailable({ status, headers }: Response): void {
  if (status < 500 && status !== 429 && status !== 408) return
  throw new NetworkError(
    'server_unavailable',
    `The provider answered ${status}. Try again later; nothing is lost.`,
    {
      status,
      retryAfterSeconds: parseRetryAfter(headers.get('retry-after')),
    },
  )
}

/** A refusal as the error to throw, where no more is known about what it means. */
export function refusalError(
  what: string,
  { error, description, status }: TokenRefusal,
  { code = 'token_request_failed', advice = '' }: { code?: ServerErrorCode; advice?: string } = {},
): ConfigurationError | ServerError {
  const said = providerWords({ error, description, status })
  if (error && registrationErrors.includes(error)) {
    return new ConfigurationError(
      'client_rejected',
      `${what} was refused: ${said}. Check the client’s registration at the provider: public client, grant types, scopes.`,
    )
  }
  const details = { error: error ?? 'unknown_error', description, status }
  return new ServerError(code, `${what} was refused: ${said}.${advice}`, details)
}

/** RFC 9110 §10.2.3: seconds or a date. */
function parseRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined
}

/** What is JSON and no object has no members to be read. */
function parseMembers(text: string): { readonly [name: string]: unknown } | null | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
