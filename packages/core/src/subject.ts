import type { IdTokenClaims, UserInfo } from './protocol/token-set.ts'

/** Of a session, what says who it is. */
export interface SubjectClaims {
  readonly claims: Pick<IdTokenClaims, 'sub'> | undefined
  readonly userInfo?: UserInfo | undefined
}

/** Whose session it is, where anything says so. */
export function subjectOf({ claims, userInfo }: SubjectClaims): string | undefined {
  return claims?.sub ?? userInfo?.claims.sub
}
