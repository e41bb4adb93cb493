import * as oauth from 'oauth4webapi'
import type { AuthorizationQuery, AuthorizationSecrets } from './authorization-url.ts'
import { requireEndpoint } from './metadata.ts'
import { readRefusal, refusalError } from './token-error.ts'
import { describeClient, sendBy, type TokenRequestContext } from './token-request.ts'
import { translateError } from './translate-error.ts'

/**
 * Hands the whole request to the provider, so that the browser carries nothing but a name for it (RFC 9126 §2, §4).
 * Every sign-in is pushed anew: a `request_uri` is good once. A push that fails is the end of the sign-in; the request
 * is never sent in the open instead.
 *
 * @returns what the browser takes to the authorization endpoint: `client_id` and `request_uri`
 * @throws {ServerError} `authorization_failed`: the provider refused the request
 * @throws {ConfigurationError} `missing_endpoint` · `insecure_endpoint` · `client_rejected`
 * @throws {ProtocolError} `invalid_authorization_response`: what came back is no answer to it
 * @throws {NetworkError} no usable answer
 */
export async function pushAuthorization(
  query: AuthorizationQuery['query'],
  { state, nonce, codeVerifier }: AuthorizationSecrets,
  context: TokenRequestContext,
): Promise<AuthorizationQuery['query']> {
  const { metadata, settings, http } = context
  requireEndpoint(metadata, 'pushed_authorization_request_endpoint')
  const client = describeClient(context)
  const response = await oauth.pushedAuthorizationRequest(metadata, client, oauth.None(), query, sendBy(http))
  const secrets = [state, nonce, codeVerifier, query.get('code_challenge')]
  const refusal = await readRefusal(response, secrets, { success: 201 })
  if (refusal)
    throw refusalError('The pushed authorization request', refusal, { code: 'authorization_failed' })
  try {
    const { request_uri: requestUri } = await oauth.processPushedAuthorizationResponse(
      metadata,
      client,
      response,
    )
    return new URLSearchParams({ client_id: settings.clientId, request_uri: requestUri })
  } catch (error) {
    throw translateError(
      error,
      'The answer to the pushed authorization request',
      'invalid_authorization_response',
    )
  }
}
