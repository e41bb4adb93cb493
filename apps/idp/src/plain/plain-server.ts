import type { IncomingMessage, ServerResponse } from 'node:http'
import OAuth2Server, { OAuthError } from '@node-oauth/oauth2-server'
import { allowAppOrigins, answerPreflight, isPreflight } from '../cors.ts'
import { readForm } from '../form-body.ts'
import type { Handler } from '../handler.ts'
import { sendJson } from '../json-answer.ts'
import { type PassedSecret, secretsIn } from '../passed-secrets.ts'
import type { People } from '../people.ts'
import { pathOf } from '../request-path.ts'
import { createPlainAuthorize } from './plain-authorize.ts'
import { answerOf, createExchange } from './plain-exchange.ts'
import { createPlainModel } from './plain-model.ts'
import { createPlainSessions } from './plain-sessions.ts'

/** A server from before OpenID Connect, and its API on the same origin. */
export interface PlainServer {
  readonly handler: Handler
  /** No token so far is good any more. */
  forgetTokens(): void
}

/**
 * Plain OAuth 2.0 on `@node-oauth/oauth2-server`: no ID token, no metadata, no `iss`; opaque tokens without an end and
 * without a refresh token; a token answer in form encoding for whoever does not ask for JSON.
 */
export function createPlainServer({
  port,
  people,
  appOrigins,
  onSecret,
}: {
  port: number
  people: People
  appOrigins: readonly string[]
  onSecret: (secret: PassedSecret) => void
}): PlainServer {
  const model = createPlainModel(appOrigins)
  const oauth = new OAuth2Server({ model, requireClientAuthentication: { authorization_code: false } })
  const sessions = createPlainSessions(port)
  const authorize = createPlainAuthorize({ oauth, sessions, people, appOrigins })

  async function giveToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = createExchange(request, Object.fromEntries(await readForm(request)))
    await oauth.token(exchange.request, exchange.response).catch(throwUnlessOAuthError)
    const { status, body } = answerOf(exchange)
    for (const fields of [exchange.request.body, body]) secretsIn(fields).forEach(onSecret)
    if (request.headers.accept?.includes('application/json')) return sendJson(response, status, body)
    response.setHeader('cache-control', 'no-store')
    response.setHeader('content-type', 'application/x-www-form-urlencoded')
    response.writeHead(status).end(new URLSearchParams(body).toString())
  }

  /** @param scope what the token must have */
  const api =
    (scope: string, answer: (subject: string) => unknown): Handler =>
    async (request, response) => {
      const exchange = createExchange(request)
      try {
        const token = await oauth.authenticate(exchange.request, exchange.response)
        if (token.scope?.includes(scope)) return sendJson(response, 200, answer(String(token.user.subject)))
        response.setHeader('www-authenticate', `Bearer error="insufficient_scope", scope="${scope}"`)
        sendJson(response, 403, { message: `This needs the scope ${scope}.` })
      } catch (error) {
        throwUnlessOAuthError(error)
        const challenge = answerOf(exchange).headers['www-authenticate']
        if (challenge) response.setHeader('www-authenticate', challenge)
        sendJson(response, 401, { message: 'Bad credentials' })
      }
    }

  const routes: Readonly<Record<string, Handler>> = {
    'GET /login/oauth/authorize': authorize,
    'POST /login/oauth/authorize': authorize,
    'POST /login/oauth/access_token': giveToken,
    'GET /user': api('user:read', (subject) => describeUser(people, subject)),
    'GET /photos': api('photos:read', () => photos),
  }

  return {
    async handler(request, response) {
      allowAppOrigins(request, response, { appOrigins, exposedHeaders: ['WWW-Authenticate'] })
      if (isPreflight(request)) return answerPreflight(request, response)
      const route = routes[`${request.method} ${pathOf(request)}`]
      if (!route) return sendJson(response, 404, { message: 'Not Found' })
      await route(request, response)
    },
    forgetTokens: model.forgetTokens,
  }
}

/** Its answer says what is wrong already. */
function throwUnlessOAuthError(error: unknown): void {
  if (!(error instanceof OAuthError)) throw error
}

/** In this service's own words: no claim has the name that OpenID Connect gives it, but for `name`. */
function describeUser(people: People, subject: string): object | undefined {
  const user = people.findBySubject(subject)
  return (
    user && { id: subject, login: user.username, name: user.claims.name, avatar_url: user.claims.picture }
  )
}

const photos = [
  { id: 1, title: 'The front door' },
  { id: 2, title: 'A bunch of keys' },
]
