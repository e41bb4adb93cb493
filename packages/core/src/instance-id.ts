/** Names everything that one client keeps. @param provider its issuer or, where it has none, where it authorizes */
export function nameInstance(provider: string | undefined, clientId: string, name = ''): string {
  return shortName(JSON.stringify([provider, clientId, name]))
}

/** A short name for a long string (FNV-1a over UTF-16, twice 32 bits). Not a security measure. */
export function shortName(text: string): string {
  let low = 0x811c9dc5
  let high = 0x01000193
  for (let index = 0; index < text.length; index++) {
    low = Math.imul(low ^ text.charCodeAt(index), 0x01000193)
    high = Math.imul(high ^ text.charCodeAt(index), 0x85ebca6b)
  }
  return (low >>> 0).toString(36) + (high >>> 0).toString(36)
}
