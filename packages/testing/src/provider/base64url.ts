/** Without padding (RFC 4648 §5). */
export function base64url(value: string | ArrayBuffer | Uint8Array): string {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : new Uint8Array(value)
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The SHA-256 of ASCII text, or its first half (OpenID Connect Core 1.0 §3.1.3.6), for the wire. */
export async function sha256(text: string, part: 'whole' | 'left half' = 'whole'): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return base64url(part === 'whole' ? digest : digest.slice(0, 16))
}
