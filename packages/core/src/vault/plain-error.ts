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
  readonly returnTo?: string | undefined
  readonly authorizationServers?: readonly string[]
  readonly demand?: SignInDemand
  readonly error?: string | undefined
  readonly description?: string | undefined
  readonly status?: number | undefined
  readonly retryAfterSeconds?: number | undefined
}

/** Takes an error apart. */
export function packError(error: AnyAuthError): PlainError {
  const { name, code, message, cause, returnTo } = error
  return {
    name,
    code,
    message,
    cause,
    ...(returnTo !== undefined && { returnTo }),
    ...(error instanceof ServerError && {
      error: error.error,
      description: error.description,
      status: error.status,
    }),
    ...(error instanceof SignInRequiredError && {
      demand: error.demand,
      authorizationServers: error.authorizationServers,
    }),
    ...(error instanceof NetworkError && {
      status: error.status,
      retryAfterSeconds: error.retryAfterSeconds,
    }),
  }
}

const classes = { ConfigurationError, SignInRequiredError, ProtocolError, ServerError, NetworkError }

/** Puts it together again. A name that is not known, as from another version, is a network error: try again. */
export function unpackError(packed: PlainError): AnyAuthError {
  const { name, code, message, returnTo, error = '', ...details } = packed
  const ErrorClass = Object.hasOwn(classes, name) ? classes[name] : NetworkError
  const unpacked = new ErrorClass(code as never, message, { ...details, error })
  if (returnTo !== undefined) unpacked.returnTo = returnTo
  return unpacked
}
