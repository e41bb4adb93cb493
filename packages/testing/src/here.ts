/** The page's URL, or a plain one where there is no page. */
export function here(): string {
  const { location } = globalThis as { readonly location?: { readonly href: string } }
  return location && /^https?:/.test(location.href) ? location.href : 'http://localhost/'
}
