import { type AnyAuthError, ServerError, type SignInDemand, SignInRequiredError } from '../errors.ts'
import type { AuthenticationDemand } from '../protocol/authentication-facts.ts'
import { plainText } from '../protocol/text.ts'
import { joinScopes } from '../protocol/token-target.ts'
import { notSignedIn } from '../withheld.ts'
import { parseChallenges } from './challenges.ts'

/** What telling a refusal works with. */
export interface RefusalContext {
  /** What a sign-in is to ask for so that nothing is lost that was granted: `scope`, and whose token was refused. */
  readonly granted: Required<Pick<SignInDemand, 'scope'>> & Pick<SignInDemand, 'resource' | 'audience'>
  /** Whether the session is of the kind that is asked for. */
  satisfies(demand: AuthenticationDemand): boolean
}

/**
 * What an API wants of the person before it answers; undefined where it does not say so: then the answer is the
 * caller's to read. Needs `WWW-Authenticate` among the API's `Access-Control-Expose-Headers`.
 */
export function refusalOf(response: Response, context: RefusalContext): AnyAuthError | undefined {
  if (response.status !== 401 && response.status !== 403) return undefined
  for (const { parameters } of parseChallenges(response.headers.get('www-authenticate'))) {
    if (parameters.error === 'insufficient_scope') return insufficientScope(parameters, context)
    if (parameters.error === 'insufficient_user_authentication') return stepUp(parameters, context)
  }
  return undefined
}

/** RFC 6750 §3.1. */
function insufficientScope({ scope = '' }: Readonly<Record<string, string>>, { granted }: RefusalContext) {
  const wanted = words(scope)
  return new SignInRequiredError(
    'insufficient_scope',
    `The API wants more than was granted${wanted.length > 0 ? `: ${plainText(wanted.join(' '))}` : ''}. Call login(error.demand) to ask for it.`,
    { demand: { ...granted, scope: joinScopes(granted.scope, ...wanted) } },
  )
}

/** RFC 9470 §3. */
function stepUp(
  { acr_values: acr = '', max_age: age = '' }: Readonly<Record<string, string>>,
  { granted, satisfies }: RefusalContext,
): AnyAuthError {
  const acrValues = words(acr)
  const demand: AuthenticationDemand = {
    ...(acrValues.length > 0 && { acrValues }),
    ...(/^\d{1,9}$/.test(age) && { maxAge: Number(age) }),
  }
  // To ask once more for what is there would go round in circles.
  if (Object.keys(demand).length > 0 && satisfies(demand)) return stepUpFailed()
  return new SignInRequiredError(
    'step_up_required',
    'The API wants the person to authenticate in another way, or more recently. Call login(error.demand) to ask for it.',
    // What was granted stays granted; who the person is does not depend on the API.
    { demand: { scope: granted.scope, ...demand } },
  )
}

function stepUpFailed(): ServerError {
  return new ServerError(
    'step_up_failed',
    'The API wants the person to authenticate as they did already. Compare the "acr" and "auth_time" of its access tokens with those of the ID token.',
    { error: 'insufficient_user_authentication', status: 401 },
  )
}

/** Where an API that refuses a request says whose tokens it takes (RFC 9728 §5.1). */
export function metadataOf({ status, headers }: Response): string | undefined {
  if (status !== 401) return undefined
  return parseChallenges(headers.get('www-authenticate')).find(
    ({ parameters }) => parameters.resource_metadata,
  )?.parameters.resource_metadata
}

/** Somebody has to sign in first: the request was sent without a token, and the API wants one. */
export function wantsSomebody({ status }: Response): AnyAuthError | undefined {
  return status === 401 ? notSignedIn() : undefined
}

/** RFC 6749 §3.3. */
function words(text: string): string[] {
  return text.split(' ').filter((word) => /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/.test(word))
}
