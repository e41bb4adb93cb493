import { type Authenticate, challengeOf } from './access-token.ts'
import { allowAppOrigins, answerPreflight, isPreflight } from './cors.ts'
import type { Handler } from './handler.ts'
import { sendJson } from './json-answer.ts'
import type { People } from './people.ts'
import { RefusedError, sendRefusal } from './refused-error.ts'
import { claimsInScope } from './scopes.ts'

/**
 * UserInfo (OpenID Connect Core section 5.3) for the JWT access tokens of the API.
 *
 * It stands in front of oidc-provider's own endpoint, which looks tokens up in its storage, where JWTs never
 * are, and which refuses every token that has an audience. Real providers with default audiences take them.
 */
export function createUserInfo({
  authenticate,
  people,
  appOrigins,
}: {
  authenticate: Authenticate
  people: People
  appOrigins: readonly string[]
}): Handler {
  return async (request, response) => {
    allowAppOrigins(request, response, { appOrigins, exposedHeaders: ['WWW-Authenticate'] })
    if (isPreflight(request)) return answerPreflight(request, response)
    if (request.method !== 'GET' && request.method !== 'POST') {
      response.setHeader('allow', 'GET, POST')
      return sendJson(response, 405, { error: 'method_not_allowed' })
    }
    try {
      const { subject, scopes, scheme } = await authenticate(request)
      const user = people.findBySubject(subject)
      if (!user) return sendJson(response, 404, { error: 'not_found' })
      if (!scopes.has('openid')) {
        throw new RefusedError({
          code: 'insufficient_scope',
          message: 'UserInfo needs the scope openid.',
          challenges: [challengeOf(scheme, { scope: 'openid' })],
        })
      }
      sendJson(response, 200, claimsInScope({ sub: subject, ...user.claims }, scopes))
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      sendRefusal(response, error)
    }
  }
}
