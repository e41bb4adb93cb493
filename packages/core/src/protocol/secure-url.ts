/** Whether a URL may carry credentials: `https:`, or a server on this very machine (RFC 8252 §8.3). */
export function isSecureUrl(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
}

/** RFC 6761 §6.3 for names, RFC 1122 §3.2.1.3 and RFC 4291 §2.5.3 for addresses. */
function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
