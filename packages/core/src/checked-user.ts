import { ConfigurationError } from './errors.ts'
import type { Session } from './keeper/keeper.ts'
import type { StandardSchema, StandardSchemaIssue } from './standard-schema.ts'
import { userFromClaims } from './user.ts'

/**
 * Who is signed in, as the app wants them described: undefined where nobody says who it is.
 *
 * @throws {ConfigurationError} `claims_rejected`, with the paths of what does not fit option `claims`
 */
export function checkedUser(session: Session, schema: StandardSchema<unknown> | undefined): unknown {
  const { claims, userInfo } = session
  // Without an ID token it is the app that says who it is, in whatever words it likes.
  const user = claims ? userFromClaims(claims, userInfo?.claims) : userInfo?.claims
  if (!user || !schema) return user
  const result = validated(schema, user)
  if ('then' in result) {
    // Nobody is left to hear of what it finds.
    result.catch(() => undefined)
    throw rejected(
      'it validates asynchronously, and the claims are needed at once',
      'Use a schema that does not',
    )
  }
  if (result.issues) throw rejected(result.issues.slice(0, 3).map(inWords).join('; '))
  // Data is keyed by it, and tabs compare it: a schema may add to the person, not turn them into another.
  if ((result.value as { readonly sub?: unknown } | null)?.sub !== user.sub) {
    throw rejected('at "sub": it must come out of the schema as it went in')
  }
  return result.value
}

/** A schema that breaks on what it does not expect has not accepted it. */
function validated(
  schema: StandardSchema<unknown>,
  user: object,
): ReturnType<(typeof schema)['~standard']['validate']> {
  try {
    return schema['~standard'].validate(user)
  } catch (error) {
    throw rejected(`the schema threw a ${error instanceof Error ? error.name : typeof error} at them`)
  }
}

/** `roles[0].name`, the way it would be read in code. */
function inWords({ message, path = [] }: StandardSchemaIssue): string {
  const keys = path.map((part) => (typeof part === 'object' ? part.key : part))
  const place = keys.reduce<string>(
    (sofar, key) => `${sofar}${typeof key === 'number' ? `[${key}]` : `${sofar && '.'}${String(key)}`}`,
    '',
  )
  return place ? `at "${place}": ${message}` : message
}

function rejected(
  problem: string,
  nextStep = 'Change the schema, or have the provider send the claim (often a matter of "scope")',
): ConfigurationError {
  return new ConfigurationError(
    'claims_rejected',
    `The claims about the person do not fit option "claims": ${problem}. ${nextStep}.`,
  )
}
