import type { IdTokenClaims } from '../protocol/token-set.ts'

/** Of a session, what tells whose it is. */
export interface SessionOwner {
  /** Which sign-in it comes from: see `SessionRecord`. */
  readonly epoch: number
  readonly claims: Pick<IdTokenClaims, 'sub'> | undefined
}

/** Without OpenID Connect nobody has a name, and only one sign-in is known to be one person. */
export function isSamePerson(one: SessionOwner, other: SessionOwner): boolean {
  const subject = one.claims?.sub
  return one.epoch === other.epoch || (subject !== undefined && subject === other.claims?.sub)
}
