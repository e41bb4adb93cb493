import {
  type AnyAuthError,
  ConfigurationError,
  NetworkError,
  ProtocolError,
  ServerError,
  SignInRequiredError,
} from '../errors.ts'

/** An error as it may travel: the same words, codes and numbers, and nothing that hangs below them. */
export interface PlainError {
  readonly name: AnyAuthError['name']
  readonly code: string
  readonly message: string
  readonly cause?: unknown
  readonly error?: string | undefined
  readonly description?: string | undefined
  readonly status?: number | undefined
  readonly retryAfterSeconds?: number | undefined
}

/** Takes an error apart. */
export function packError(error: AnyAuthError): PlainError {
  const { name, code, message, cause } = error
  return {
    name,
    code,
    message,
    cause,
    ...(error instanceof ServerError && {
      error: error.error,
      description: error.description,
      status: error.status,
    }),
    ...(error instanceof NetworkError && {
      status: error.status,
      retryAfterSeconds: error.retryAfterSeconds,
    }),
  }
}

/** Puts it together again. A name that is not known, as from another version, is a network error: try again. */
export function unpackError(plain: PlainError): AnyAuthError {
  const { name, message, cause, error = '', description, status, retryAfterSeconds } = plain
  const code = plain.code as never
  switch (name) {
    case 'ConfigurationError':
      return new ConfigurationError(code, message, { cause })
    case 'SignInRequiredError':
      return new SignInRequiredError(code, message, { cause })
    case 'ProtocolError':
      return new ProtocolError(code, message, { cause })
    case 'ServerError':
      return new ServerError(code, message, { cause, error, description, status })
    default:
      return new NetworkError(code, message, { cause, status, retryAfterSeconds })
  }
}
