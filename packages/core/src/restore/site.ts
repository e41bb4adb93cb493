/**
 * How two pages stand to each other, as far as a page can tell: `same` site and `cross` site are certain, `unknown`
 * is what only the list of public suffixes could decide (`a.example.com` and `b.example.com` against `a.github.io` and
 * `b.github.io`). Cookies of a cross-site frame are blocked by most browsers (RFC 6265bis §5.2: the scheme counts).
 */
export function siteRelation(one: string, other: string): 'same' | 'unknown' | 'cross' {
  const [here, there] = [new URL(one), new URL(other)]
  if (here.protocol !== there.protocol) return 'cross'
  const [left, right] = [here.hostname, there.hostname]
  if (left === right || isBelow(left, right) || isBelow(right, left)) return 'same'
  const isAddress = (host: string): boolean => /^[\d.]+$|^\[/.test(host)
  if (isAddress(left) || isAddress(right)) return 'cross'
  const ending = (host: string): string => host.split('.').slice(-2).join('.')
  return ending(left) === ending(right) ? 'unknown' : 'cross'
}

/** A name without a dot (`localhost`) is a public suffix to browsers: each name below it is a site of its own. */
function isBelow(host: string, parent: string): boolean {
  return parent.includes('.') && host.endsWith(`.${parent}`)
}
