/** Scopes about the person (OpenID Connect Core 1.0 §5.4), and what is granted by another token (§11). */
const aboutPerson = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access']
/** Whether they were granted shows in the ID token, and in that there is a refresh token. */
const shownElsewhere = ['openid', 'offline_access']

/**
 * What was asked for and is not in what was granted (RFC 6749 §3.3); undefined: nothing. Some servers list the scopes of
 * the API alone, and some (Google, Microsoft) call a scope by the whole URL that ends in its name.
 */
export function scopeNotGranted(asked: string, granted: string): string | undefined {
  const given = words(granted)
  const isAboutApi = !given.includes('openid')
  const lacking = words(asked).filter((scope) => {
    const isShownElsewhere = (isAboutApi ? aboutPerson : shownElsewhere).includes(scope)
    return !isShownElsewhere && !given.some((name) => isSameScope(name, scope))
  })
  return lacking.length > 0 ? lacking.join(' ') : undefined
}

function isSameScope(one: string, other: string): boolean {
  const [short = '', long = ''] = [one.toLowerCase(), other.toLowerCase()].sort(
    (left, right) => left.length - right.length,
  )
  return short === long || ['/', '.'].some((mark) => long.endsWith(mark + short))
}

function words(scope: string): string[] {
  return scope.split(' ').filter(Boolean)
}
