/** What every answer says: an app on any origin may read it, and nobody keeps it. */
const headers = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'retry-after, www-authenticate',
  'cache-control': 'no-store',
}

/** A JSON answer. */
export function jsonAnswer(status: number, body: unknown, more: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, 'content-type': 'application/json', ...more },
  })
}

/** An error of the token, the revocation or the userinfo endpoint (RFC 6749 §5.2). */
export function errorAnswer(error: string, description: string, status = 400): Response {
  return jsonAnswer(status, { error, error_description: description })
}

export function emptyAnswer(status: number, more: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: { ...headers, ...more } })
}

/** A page of the provider's, for what may not be told to an app. */
export function pageAnswer(status: number, text: string): Response {
  return new Response(`<!doctype html><title>Fake provider</title><p>${escaped(text)}</p>`, {
    status,
    headers: { ...headers, 'content-type': 'text/html; charset=utf-8' },
  })
}

/** Sends the browser to `url`, with what is defined of these in its query. */
export function redirectAnswer(url: string, parameters: Record<string, string | undefined>): Response {
  const target = new URL(url)
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) target.searchParams.set(name, value)
  }
  return emptyAnswer(302, { location: target.href })
}

/** Lets the page ask, whatever it wants to ask with. */
export function preflightAnswer(): Response {
  return emptyAnswer(204, {
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': 'authorization, content-type, dpop',
    'access-control-max-age': '600',
  })
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
