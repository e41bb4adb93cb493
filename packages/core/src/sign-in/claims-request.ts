import { invalid } from '../options/invalid-option.ts'
import { toJson } from '../options/option-values.ts'

/** Single claims to ask for (OpenID Connect Core 1.0 §5.5), where the provider supports that. */
export interface ClaimsRequest {
  /** To be said by UserInfo: see option `userInfo` and `refreshUser()`. */
  readonly userInfo?: Readonly<Record<string, ClaimRequest | null>> | undefined
  /** To be in the ID token. */
  readonly idToken?: Readonly<Record<string, ClaimRequest | null>> | undefined
}

/** How one claim is asked for (§5.5.1); null asks for it and says no more. No answer is refused for lack of it. */
export interface ClaimRequest {
  readonly essential?: boolean
  readonly value?: unknown
  readonly values?: readonly unknown[]
}

const wireNames: Readonly<Record<string, string>> = { userInfo: 'userinfo', idToken: 'id_token' }

/**
 * The parameter `claims` of an authorization request.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function buildClaimsParameter(request: ClaimsRequest): string {
  if (!isObject(request)) throw malformed()
  const asked = Object.entries(request).filter(([, claims]) => claims !== undefined)
  for (const [place, claims] of asked) {
    const isWhole =
      Object.hasOwn(wireNames, place) &&
      isObject(claims) &&
      Object.values(claims).every((claim) => claim === null || isObject(claim))
    if (!isWhole) throw malformed()
  }
  return toJson(
    'claimsRequest',
    Object.fromEntries(asked.map(([place, claims]) => [wireNames[place], claims])),
  )
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(): Error {
  return invalid(
    'claimsRequest',
    'must hold "userInfo" or "idToken", each an object of claims with null or { essential, value, values }',
  )
}
