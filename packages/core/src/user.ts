/** The standard claims about a person (OpenID Connect Core 1.0 §5.1), and whatever else the provider says. */
export interface User {
  /** The person's identifier at this issuer: at most 255 characters, never reassigned. The key for your own data. */
  readonly sub: string
  readonly iss?: string
  readonly name?: string
  readonly given_name?: string
  readonly family_name?: string
  readonly middle_name?: string
  readonly nickname?: string
  readonly preferred_username?: string
  readonly profile?: string
  readonly picture?: string
  readonly website?: string
  readonly email?: string
  readonly email_verified?: boolean
  readonly gender?: string
  readonly birthdate?: string
  readonly zoneinfo?: string
  readonly locale?: string
  readonly phone_number?: string
  readonly phone_number_verified?: boolean
  readonly address?: UserAddress
  /** Seconds since the epoch. */
  readonly updated_at?: number
  /** When the person last proved who they are, in seconds since the epoch. */
  readonly auth_time?: number
  readonly acr?: string
  readonly amr?: readonly string[]
  /** The provider's name for this session (OpenID Connect Front-Channel Logout 1.0 §3). */
  readonly sid?: string
  readonly [claim: string]: unknown
}

/** OpenID Connect Core 1.0 §5.1.1. */
export interface UserAddress {
  readonly formatted?: string
  readonly street_address?: string
  readonly locality?: string
  readonly region?: string
  readonly postal_code?: string
  readonly country?: string
}

/** Claims that speak of the token, not of the person; most change with every refresh and would render for nothing. */
const tokenClaims = new Set([
  'aud',
  'azp',
  'exp',
  'iat',
  'nbf',
  'jti',
  'nonce',
  'at_hash',
  'c_hash',
  's_hash',
])

/** Claims that only the ID token can make: who vouches for the sign-in, how it was done and when. */
const signInClaims = new Set(['iss', 'sub', 'auth_time', 'acr', 'amr', 'sid'])

/** The person an ID token speaks of, with what UserInfo says of them (OpenID Connect Core 1.0 §5.3). */
export function userFromClaims(claims: PersonClaims, userInfo?: PersonClaims): User {
  const about = Object.entries(claims).filter(([claim]) => !tokenClaims.has(claim))
  const more = Object.entries(userInfo ?? {}).filter(
    ([claim]) => !tokenClaims.has(claim) && !signInClaims.has(claim),
  )
  return Object.fromEntries([...about, ...more]) as User
}

interface PersonClaims {
  readonly sub: string
  readonly [claim: string]: unknown
}
