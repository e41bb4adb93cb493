/**
 * A provider's words made safe to show: plain text without control characters, at most 300 characters
 * (RFC 6749 §4.1.2.1 allows printable ASCII only; real providers send more). Known secrets are blanked,
 * should a server echo them, and so is whatever looks like a token (RFC 7519 §3).
 */
export function plainText(
  value: unknown,
  secrets: readonly (string | null | undefined)[] = [],
): string | undefined {
  if (typeof value !== 'string') return undefined
  let text = value
  for (const secret of secrets) if (secret) text = text.replaceAll(secret, '[removed]')
  text = text.replace(/\beyJ[\w-]+\.[\w.-]+/g, '[removed]')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
  text = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim()
  // Not between the halves of a character beyond the basic plane.
  return text.length > 300 ? `${text.slice(0, 299).replace(/[\ud800-\udbff]$/, '')}…` : text || undefined
}

/** What a provider said when it refused, for a message: its code and its words, or at least the status. */
export function providerWords({
  error,
  description,
  status,
}: {
  readonly error: string | undefined
  readonly description: string | undefined
  readonly status?: number
}): string {
  if (!error) return `HTTP status ${status}`
  return description ? `${error} (${description})` : error
}

/** An error code as sent (RFC 6749 §5.2: printable ASCII), or `unknown_error`. A known secret is no code, nor what holds one. */
export function errorCode(value: unknown, secrets: readonly (string | null | undefined)[] = []): string {
  const isCode = typeof value === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(value)
  return isCode && !secrets.some((secret) => isIn(value, secret)) ? value : 'unknown_error'
}

/** What is shorter than this may be a part of any word. */
const shortestPart = 8

function isIn(text: string, secret: string | null | undefined): boolean {
  return secret != null && secret.length >= shortestPart ? text.includes(secret) : text === secret
}
