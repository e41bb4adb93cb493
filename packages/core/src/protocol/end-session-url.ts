import { type Metadata, requireEndpoint } from './metadata.ts'

/** What the provider is told when the person signs out (OpenID Connect RP-Initiated Logout 1.0 §2). */
export interface EndSessionRequest {
  readonly clientId: string
  /** Names the session to end; an expired token will do. */
  readonly idToken: string | undefined
  /** Absolute and registered. */
  readonly postLogoutRedirectUri: string
}

/** Where the browser goes to end the provider's own session, where the provider has such a place. */
export function buildEndSessionUrl(
  metadata: Metadata,
  { clientId, idToken, postLogoutRedirectUri }: EndSessionRequest,
): string | undefined {
  if (!metadata.end_session_endpoint) return undefined
  const url = requireEndpoint(metadata, 'end_session_endpoint')
  url.searchParams.set('client_id', clientId)
  url.searchParams.set('post_logout_redirect_uri', postLogoutRedirectUri)
  if (idToken !== undefined) url.searchParams.set('id_token_hint', idToken)
  return url.href
}
