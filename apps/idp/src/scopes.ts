/** What a scope opens, and how the consent page says it. */
export interface Scope {
  readonly claims: readonly string[]
  readonly inPlainWords: string
}

/** Every scope of a sign-in. The orders API knows them too, so one access token serves it and UserInfo alike. */
export const scopes: Readonly<Record<string, Scope>> = {
  openid: { claims: ['sub'], inPlainWords: 'Recognise you when you come back' },
  profile: {
    claims: [
      'name',
      'given_name',
      'family_name',
      'preferred_username',
      'picture',
      'locale',
      'roles',
      'organization',
    ],
    inPlainWords: 'See your name, picture, language, roles and organization',
  },
  email: { claims: ['email', 'email_verified'], inPlainWords: 'See your email address' },
  offline_access: { claims: [], inPlainWords: 'Stay connected while you are away' },
}

export const scopeNames: readonly string[] = Object.keys(scopes)

export const claimNames: readonly string[] = Object.values(scopes).flatMap(({ claims }) => claims)

export function scopesThatOpen(claim: string): readonly string[] {
  return scopeNames.filter((name) => scopes[name]?.claims.includes(claim))
}

/** The claims that these scopes open, out of all that are known. */
export function claimsInScope(
  claims: Readonly<Record<string, unknown>>,
  granted: ReadonlySet<string>,
): Record<string, unknown> {
  const open = [...granted].flatMap((name) => scopes[name]?.claims ?? [])
  return Object.fromEntries(Object.entries(claims).filter(([claim]) => open.includes(claim)))
}
