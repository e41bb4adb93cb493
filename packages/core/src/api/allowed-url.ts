/**
 * Whether a URL is one of the listed APIs, or lies below one. Both are parsed URLs, and a listed one ends with `/`, so
 * that neither `https://api.example.com.evil.example` nor `/orders-of-others` passes for what it begins like.
 */
export function isAllowedUrl(url: string, apis: readonly string[]): boolean {
  if (!URL.canParse(url)) return false
  const { origin, pathname, username, password } = new URL(url)
  if (username || password) return false
  // There are servers that take an encoded slash for a slash, and only then go up.
  const decoded = new URL(`https://host.invalid/${pathname.slice(1).replace(/%(2f|5c)/gi, '/')}`)
  const places = [pathname, decoded.pathname].map((path) => `${origin}${path}/`)
  return apis.some((api) => places.every((place) => place.startsWith(api)))
}
