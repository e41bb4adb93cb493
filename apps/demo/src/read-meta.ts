/** What a `<meta>` tag of the page says. */
export function readMeta(name: string): string {
  const content = document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content
  if (content) return content
  throw new Error(`The page says nothing in <meta name="${name}">.`)
}
