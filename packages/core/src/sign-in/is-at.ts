/** Whether a page is at a redirect URI, whatever the query. One without an origin (`about:blank`, `file:`) never is. */
export function isAt(url: string, redirectUri: string): boolean {
  if (!URL.canParse(url) || !URL.canParse(redirectUri)) return false
  const [here, expected] = [new URL(url), new URL(redirectUri)]
  return here.origin === expected.origin && trimSlash(here.pathname) === trimSlash(expected.pathname)
}

/** Static hosts add or drop the last slash as they like. */
function trimSlash(path: string): string {
  return path.replace(/(.)\/$/, '$1')
}
