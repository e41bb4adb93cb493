import type { Api } from '../options/api-options.ts'

/**
 * The listed API that a URL is of, or lies below; of several, the one that says most. Both are parsed URLs, and a listed
 * one ends with `/`, so that neither `https://api.example.com.evil.example` nor `/orders-of-others` passes for what it
 * begins like.
 */
export function findApi(url: string, apis: readonly Api[]): Api | undefined {
  if (!URL.canParse(url)) return undefined
  const { origin, pathname, username, password } = new URL(url)
  if (username || password) return undefined
  // There are servers that take an encoded slash for a slash, and only then go up.
  const decoded = new URL(`https://host.invalid/${pathname.slice(1).replace(/%(2f|5c)/gi, '/')}`)
  const places = [pathname, decoded.pathname].map((path) => `${origin}${path}/`)
  return apis
    .filter((api) => places.every((place) => place.startsWith(api.url)))
    .reduce<Api | undefined>(
      (best, api) => (best && best.url.length >= api.url.length ? best : api),
      undefined,
    )
}
