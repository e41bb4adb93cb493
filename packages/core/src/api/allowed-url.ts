/**
 * Whether a URL is one of the listed APIs, or lies below one. Both are parsed URLs, and a listed one ends with `/`, so
 * that neither `https://api.example.com.evil.example` nor `/orders-of-others` passes for what it begins like.
 */
export function isAllowedUrl(url: string, apis: readonly string[]): boolean {
  const { origin, pathname, username, password } = new URL(url)
  if (username || password) return false
  const place = `${origin}${pathname}/`.replace(/\/\/$/, '/')
  return apis.some((api) => place.startsWith(api))
}
