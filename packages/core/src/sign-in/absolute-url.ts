/** A path of the app whose page is `here`, or a URL, as a URL. A page without an origin gives none that can be parsed. */
export function absoluteUrl(url: string, here: string): string {
  return url.startsWith('/') ? originOf(here) + url : url
}

/** `null` for a page without an origin: `about:blank`, `file:`, none at all. */
export function originOf(here: string): string {
  return URL.canParse(here) ? new URL(here).origin : 'null'
}
