import {
  type AnyAuthError,
  ConfigurationError,
  NetworkError,
  ProtocolError,
  ServerError,
  type SignInDemand,
  SignInRequiredError,
} from '../errors.ts'

/** An error as it may travel: the same words, codes and numbers, and nothing that hangs below them. */
export interface PlainError {
  readonly name: AnyAuthError['name']
  readonly code: string
  readonly message: string
  readonly cause?: unknown
  readonly demand?: SignInDemand
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
    ...(error instanceof SignInRequiredError && { demand: error.demand }),
    ...(error instanceof NetworkError && {
      status: error.status,
      retryAfterSeconds: error.retryAfterSeconds,
    }),
  }
}

const classes = { ConfigurationError, SignInRequiredError, ProtocolError, ServerError, NetworkError }

/** Puts it together again. A name that is not known, as from another version, is a network error: try again. */
export function unpackError({ name, code, message, error = '', ...details }: PlainError): AnyAuthError {
  const ErrorClass = Object.hasOwn(classes, name) ? classes[name] : NetworkError
  return new ErrorClass(code as never, message, { ...details, error })
}
