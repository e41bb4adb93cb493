import { SignInRequiredError } from '../errors.ts'
import { plainText } from './text.ts'

/** How the person is asked to have authenticated. */
export interface AuthenticationDemand {
  /** Seconds since the person last proved who they are, at most. Sent as `max_age`. */
  readonly maxAge?: number | undefined
  /** Any of these will do. Sent as `acr_values`. */
  readonly acrValues?: readonly string[] | undefined
}

/** The claims of an ID token that say how the person authenticated. */
interface AuthenticationClaims {
  readonly auth_time?: number | undefined
  readonly acr?: string | undefined
}

/**
 * Providers may ignore what they are asked, so the answer decides (OpenID Connect Core 1.0 §3.1.3.7 items
 * 12 and 13, RFC 9470 §5).
 *
 * @throws {SignInRequiredError} `reauthentication_required`
 */
export function requireAuthentication(...asked: Parameters<typeof authenticationProblem>): void {
  const problem = authenticationProblem(...asked)
  if (problem === undefined) return
  throw new SignInRequiredError(
    'reauthentication_required',
    `The provider did not authenticate the person as asked: ${problem}. Call login() again, or check what the provider supports.`,
  )
}

/** In which way the person did not authenticate as asked; undefined where they did. */
export function authenticationProblem(
  { auth_time: authTime, acr }: AuthenticationClaims,
  { maxAge, acrValues }: AuthenticationDemand,
  { nowSeconds, toleranceSeconds }: { nowSeconds: number; toleranceSeconds: number },
): string | undefined {
  if (
    maxAge !== undefined &&
    !(authTime !== undefined && authTime + maxAge >= nowSeconds - toleranceSeconds)
  ) {
    return authTime === undefined
      ? 'the ID token has no auth_time, which maxAge calls for'
      : `the person proved who they are longer than ${maxAge} seconds ago`
  }
  if (acrValues && !acrValues.includes(acr ?? '')) {
    return `acr is ${plainText(acr) ?? 'missing'}, which is none of ${acrValues.join(', ')}`
  }
  return undefined
}
