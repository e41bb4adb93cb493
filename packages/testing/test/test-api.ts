import type { AuthClientOptions } from '@latchkey/core'

/** The APIs of the app: one that takes the session's own token, and one that wants a token of its own. */
export const testApis: NonNullable<AuthClientOptions['apis']> = [
  'https://api.example',
  { url: 'https://orders.example/v2', resource: 'https://orders.example' },
]

/**
 * An API that sends back what it was sent, but for these paths: `/down` is not there, `/strict` refuses the first token
 * that it sees, `/admin` wants the scope `admin`, and `/private` wants a token.
 */
export function createTestApi(): (request: Request) => Promise<Response> {
  let refused: string | null | undefined

  return async (request) => {
    const token = request.headers.get('authorization')
    switch (new URL(request.url).pathname) {
      case '/down':
        throw new TypeError('Failed to fetch')
      case '/strict':
        refused ??= token
        if (token === refused) return refusal(401, 'invalid_token')
        break
      case '/admin':
        return refusal(403, 'insufficient_scope", scope="admin')
      case '/private':
        if (!token) return refusal(401, 'invalid_request')
    }
    return new Response(await request.text(), { status: 201 })
  }
}

/** RFC 6750 §3. */
function refusal(status: number, error: string): Response {
  return new Response(null, { status, headers: { 'www-authenticate': `Bearer error="${error}"` } })
}
