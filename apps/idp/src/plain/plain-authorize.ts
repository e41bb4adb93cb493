import type { IncomingMessage, ServerResponse } from 'node:http'
import type OAuth2Server from '@node-oauth/oauth2-server'
import { OAuthError } from '@node-oauth/oauth2-server'
import { readForm } from '../form-body.ts'
import type { Handler } from '../handler.ts'
import { buildConsentPage } from '../pages/consent-page.ts'
import { buildErrorPage } from '../pages/error-page.ts'
import { buildLoginPage } from '../pages/login-page.ts'
import type { Page } from '../pages/page.ts'
import { sendPage } from '../pages/page.ts'
import type { People } from '../people.ts'
import type { User } from '../people-and-clients.ts'
import { users } from '../people-and-clients.ts'
import { plainClient, plainScopes } from './plain-client.ts'
import { answerOf, createExchange } from './plain-exchange.ts'
import type { PlainSession, PlainSessions } from './plain-sessions.ts'

export interface PlainAuthorizeContext {
  readonly oauth: OAuth2Server
  readonly sessions: PlainSessions
  readonly people: People
  readonly appOrigins: readonly string[]
}

/** The page that an app sends people to: who they are, and what the app may do (RFC 6749 section 4.1.1). */
export function createPlainAuthorize({
  oauth,
  sessions,
  people,
  appOrigins,
}: PlainAuthorizeContext): Handler {
  return async (request, response) => {
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams
    const form = request.method === 'POST' ? await readForm(request) : undefined
    const session = sessions.of(request)
    if (form?.get('action') === 'cancel') return proceed(request, response, undefined, 'deny')
    if (!session) return askWho(request, response, form)

    const scope = query.get('scope') ?? ''
    const choice = form?.get('action') ?? (session.allowed.has(scope) ? 'allow' : undefined)
    if (choice === undefined) return sendPage(response, 200, consentPage(session, query))
    if (choice === 'allow') session.allowed.add(scope)
    await proceed(request, response, session.user, choice)
  }

  function askWho(
    request: IncomingMessage,
    response: ServerResponse,
    form: URLSearchParams | undefined,
  ): void {
    const username = (form?.get('username') ?? '').trim()
    const user = people.findByName(username)
    if (user && user.password === form?.get('password')) {
      sessions.begin(response, user)
      response.writeHead(303, { location: request.url ?? '/' }).end()
      return
    }
    const error = form && 'That username and password do not match. Check both and try again.'
    sendPage(response, 200, loginPage(username, error))
  }

  /** Leaves it to the library whether the request is one that can be answered, and how. */
  async function proceed(
    request: IncomingMessage,
    response: ServerResponse,
    user: User | undefined,
    choice: string,
  ): Promise<void> {
    const exchange = createExchange(request, { allowed: String(choice === 'allow') })
    try {
      const authenticateHandler = { handle: () => ({ subject: user?.subject }) }
      await oauth.authorize(exchange.request, exchange.response, { authenticateHandler })
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error
      if (!exchange.response.get('location')) return sendPage(response, 400, errorPage(error))
    }
    response.writeHead(303, { location: answerOf(exchange).headers.location }).end()
  }

  function loginPage(username: string, error: string | undefined): Page {
    const { name: clientName } = plainClient
    return buildLoginPage({
      brand,
      clientName,
      username,
      testUsers: users,
      appOrigins,
      ...(error && { error }),
    })
  }

  function consentPage({ user }: PlainSession, query: URLSearchParams): Page {
    const [byDefault = ''] = Object.keys(plainScopes)
    const asked = (query.get('scope') || byDefault).split(' ')
    const returnsTo = query.get('redirect_uri') ?? appOrigins[0] ?? ''
    return buildConsentPage({
      brand,
      clientName: plainClient.name,
      user,
      permissions: asked.map((name) => plainScopes[name] ?? name),
      returnsTo: URL.canParse(returnsTo) ? new URL(returnsTo).host : returnsTo,
      appOrigins,
    })
  }

  function errorPage({ name, message }: OAuthError): Page {
    return buildErrorPage({
      brand,
      heading: 'This request cannot be answered',
      advice: 'The app that sent you here asked for something that is not set up. Its developers can fix it.',
      code: name,
      description: message,
      appOrigins,
    })
  }
}

const brand = 'Photo Shelf'
