import type { User } from '@latchkey/core'
import { pageAnswer, redirectAnswer } from './answers.ts'
import type { Clients } from './clients.ts'
import type { Fault } from './faults.ts'
import type { Grants } from './grants.ts'
import type { ProviderSession } from './provider-session.ts'

/** What the authorization endpoint works with. */
export interface AuthorizationContext {
  readonly issuer: string
  readonly clients: Clients
  readonly grants: Grants
  readonly session: ProviderSession
  readonly nowSeconds: () => number
}

/**
 * Sends the browser back with a code, and nobody sees a page (RFC 6749 §4.1.1, OpenID Connect Core 1.0 §3.1.2): whoever
 * is there signs in at once. A client or an address that is not registered gets a page instead.
 */
export function answerAuthorization(
  { issuer, clients, grants, session, nowSeconds }: AuthorizationContext,
  asked: URLSearchParams,
  fault: Fault | undefined,
): Response {
  const clientId = asked.get('client_id') ?? ''
  const redirectUri = asked.get('redirect_uri') ?? ''
  if (!clients.isKnown(clientId)) return pageAnswer(400, `There is no client "${clientId}".`)
  if (!clients.isRedirectUri(clientId, redirectUri)) {
    return pageAnswer(400, `"${redirectUri}" is no redirect URI of "${clientId}".`)
  }
  const back = (answer: Record<string, string | undefined>): Response =>
    redirectAnswer(redirectUri, { ...answer, state: asked.get('state') ?? undefined, iss: issuer })
  const refuse = (error: string, description?: string): Response =>
    back({ error, error_description: description })

  if (fault && typeof fault === 'object' && 'error' in fault) return refuse(fault.error, fault.description)
  if (asked.get('response_type') !== 'code') return refuse('unsupported_response_type')
  const challenge = asked.get('code_challenge')
  if (!challenge || asked.get('code_challenge_method') !== 'S256') {
    return refuse('invalid_request', 'A code_challenge with the method S256 is required (RFC 7636).')
  }
  const prompts = (asked.get('prompt') ?? '').split(' ')
  const maxAge = asked.get('max_age')
  const isTooOld = maxAge !== null && nowSeconds() - (session.current()?.authTime ?? 0) > Number(maxAge)
  const isAsked = prompts.some((prompt) => ['login', 'select_account', 'create'].includes(prompt))
  if (prompts.includes('none') && (isTooOld || !session.current())) return refuse('login_required')
  const signedIn =
    session.current() && !isAsked && !isTooOld
      ? session.current()
      : session.signIn(asked.get('login_hint') ?? undefined)
  if (!signedIn) return refuse('login_required', 'Nobody is there: createFakeProvider() has no users.')
  const { user, authTime, sid } = signedIn
  const code = grants.issueCode(
    {
      user: user as User,
      clientId,
      scope: asked.get('scope') ?? '',
      resources: asked.getAll('resource'),
      nonce: asked.get('nonce') ?? undefined,
      acr: asked.get('acr_values')?.split(' ')[0],
      authTime,
      sid,
    },
    { redirectUri, challenge },
  )
  return back({ code })
}
