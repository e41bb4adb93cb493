import { SignInRequiredError } from '../errors.ts'
import {
  type AuthenticationClaims,
  type AuthenticationDemand,
  isOfClass,
  isRecent,
  type JudgedAt,
} from './authentication-facts.ts'
import { plainText } from './text.ts'

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
  claims: AuthenticationClaims,
  demand: AuthenticationDemand,
  at: JudgedAt,
): string | undefined {
  if (!isRecent(claims, demand, at)) {
    return claims.auth_time === undefined
      ? 'the ID token has no auth_time, which maxAge calls for'
      : `the person proved who they are longer than ${demand.maxAge} seconds ago`
  }
  if (!isOfClass(claims, demand)) {
    return `acr is ${plainText(claims.acr) ?? 'missing'}, which is none of ${demand.acrValues?.join(', ')}`
  }
  return undefined
}
