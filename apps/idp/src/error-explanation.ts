import type { ErrorOut } from 'oidc-provider'
import { errors } from 'oidc-provider'

export interface ErrorExplanation {
  readonly heading: string
  readonly advice: string
  readonly code: string
  readonly description: string | undefined
}

/** Says to a person what happened and what to do; code and description are for the developer. */
export function explainError(error: unknown, out: ErrorOut): ErrorExplanation {
  return { ...headingAndAdvice(error), code: out.error, description: out.error_description }
}

/** The same for an error outside of oidc-provider's own routes. Nothing of an unexpected error is shown. */
export function explainOwnError(error: unknown): ErrorExplanation {
  const out =
    error instanceof errors.OIDCProviderError
      ? {
          error: error.error,
          ...(error.error_description === undefined ? {} : { error_description: error.error_description }),
        }
      : { error: 'server_error' }
  return explainError(error, out)
}

function headingAndAdvice(error: unknown): { heading: string; advice: string } {
  if (error instanceof errors.SessionNotFound) {
    return {
      heading: 'This page is no longer valid',
      advice: 'It was open for too long, or it was finished in another tab. Go to the app and start again.',
    }
  }
  if (error instanceof errors.OIDCProviderError && error.statusCode < 500) {
    return {
      heading: 'This request cannot be answered',
      advice: 'The app that sent you here asked for something that is not set up. Its developers can fix it.',
    }
  }
  return { heading: 'Something went wrong', advice: 'The fault is ours. Go to the app and try again.' }
}
