/**
 * Where a sign-in may end: path, query and hash on the app's own origin, or undefined for anything else.
 *
 * The value may come from a link somebody else made (RFC 9700 §4.11.1), so the URL parser that the browser
 * itself uses decides what it means, and what is given back is only what is left after the origin: a value
 * that cannot name another place, wherever it is put.
 */
export function parseReturnTo(value: unknown, origin: string): string | undefined {
  if (typeof value !== 'string' || value.length > longestReturnTo) return undefined
  // Parsers drop or rewrite these, each in its own way; no address of an app needs them.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
  if (/[\u0000-\u001f\u007f-\u009f\\\u2028\u2029]/.test(value)) return undefined
  const url = URL.canParse(value, origin) ? new URL(value, origin) : undefined
  if (!url || url.origin !== origin || url.username || url.password) return undefined
  const path = url.pathname + url.search + url.hash
  // "/.//evil.example" parses into a path that, alone, would be another host.
  if (!/^\/(?!\/)/.test(path)) return undefined
  // Encoding makes it longer, and it is parsed again when it comes out of storage.
  return path.length <= longestReturnTo ? path : undefined
}

/** Longer addresses are cut off by servers and browsers anyway. */
const longestReturnTo = 8192
