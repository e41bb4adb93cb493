import { type SubjectClaims, subjectOf } from './subject.ts'

/** Of a session, what tells whose it is. */
export interface SessionOwner extends SubjectClaims {
  /** Which sign-in it comes from: see `SessionRecord`. */
  readonly epoch: number
}

/** Where nothing says who it is, only one sign-in is known to be one person. */
export function isSamePerson(one: SessionOwner, other: SessionOwner): boolean {
  const subject = subjectOf(one)
  return one.epoch === other.epoch || (subject !== undefined && subject === subjectOf(other))
}
