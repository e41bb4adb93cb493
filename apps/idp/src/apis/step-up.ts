import type { Caller } from '../access-token.ts'
import { challengeOf } from '../access-token.ts'
import { RefusedError } from '../refused-error.ts'

/** How a person must have authenticated before an API does something for them. */
export interface Demand {
  readonly acrValues: readonly [string, ...string[]]
  readonly maxAgeSeconds: number
}

/** What keeps a token from meeting a demand, in words; nothing where it does. */
export function whatIsMissing(
  { acr, authenticatedAt = 0 }: Caller,
  { acrValues, maxAgeSeconds }: Demand,
): string | undefined {
  if (acr === undefined || !acrValues.includes(acr)) return 'This needs a sign-in in two steps.'
  if (Date.now() - authenticatedAt > maxAgeSeconds * 1000) return 'This needs a more recent sign-in.'
  return undefined
}

/** RFC 9470 section 3. */
export function refuseStepUp(
  { scheme }: Caller,
  { acrValues, maxAgeSeconds }: Demand,
  message: string,
): RefusedError {
  const wanted = { acr_values: acrValues.join(' '), max_age: String(maxAgeSeconds) }
  return new RefusedError({
    code: 'insufficient_user_authentication',
    message,
    challenges: [challengeOf(scheme, wanted)],
  })
}
