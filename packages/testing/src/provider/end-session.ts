import { pageAnswer, redirectAnswer } from './answers.ts'
import type { Clients } from './clients.ts'
import type { Grants } from './grants.ts'
import type { ProviderSession } from './provider-session.ts'

/** What the end-session endpoint works with. */
export interface EndSessionContext {
  readonly clients: Pick<Clients, 'isPostLogoutRedirectUri'>
  readonly grants: Pick<Grants, 'revokeSession'>
  readonly session: Pick<ProviderSession, 'current' | 'signOut'>
}

/** Signs out, and sends the browser back where that is registered (OpenID Connect RP-Initiated Logout 1.0 §2). */
export function answerEndSession(
  { clients, grants, session }: EndSessionContext,
  asked: URLSearchParams,
): Response {
  const signedIn = session.current()
  if (signedIn) grants.revokeSession(signedIn.sid)
  session.signOut()
  const uri = asked.get('post_logout_redirect_uri') ?? ''
  if (!clients.isPostLogoutRedirectUri(asked.get('client_id') ?? '', uri)) {
    return pageAnswer(200, 'You are signed out.')
  }
  return redirectAnswer(uri, { state: asked.get('state') ?? undefined })
}
