/** That these were granted shows in the ID token, and in that there is a refresh token. */
const shownElsewhere = /^(openid|offline_access)$/
/** Some servers list the scopes of the API alone, and none about the person (OpenID Connect Core 1.0 §5.4). */
const aboutPerson = /^(openid|offline_access|profile|email|address|phone)$/

/**
 * What was asked for and is not in what was granted (RFC 6749 §3.3); undefined: nothing. Google and Microsoft call a scope
 * by a whole URL that ends in its name, or the other way round.
 */
export function scopeNotGranted(asked: string, granted: string): string | undefined {
  const given = granted.toLowerCase().split(' ')
  const ignored = given.includes('openid') ? shownElsewhere : aboutPerson
  const isGranted = (scope: string): boolean =>
    given.some((name) => isEndOf(name, scope) || isEndOf(scope, name))
  const lacking = asked
    .split(' ')
    .filter((scope) => scope && !ignored.test(scope) && !isGranted(scope.toLowerCase()))
  return lacking.join(' ') || undefined
}

function isEndOf(short: string, long: string): boolean {
  return short !== '' && ['/', '.'].some((mark) => (mark + long).endsWith(mark + short))
}
