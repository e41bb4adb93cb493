import * as oauth from 'oauth4webapi'
import { requireEndpoint } from './metadata.ts'
import { throwIfUnavailable } from './token-error.ts'
import { describeClient, type TokenAnswer, type TokenRequestContext } from './token-request.ts'

/**
 * Tells the provider to forget a token (RFC 7009 §2.1). Any answer below 500 counts: real providers
 * answer 400 and 401 to public clients, and there is nothing better to do about it.
 *
 * @returns whether there was an endpoint to ask
 * @throws {NetworkError} the provider could not be asked
 * @throws {ConfigurationError} `insecure_endpoint`
 */
export async function revokeToken(
  token: string,
  hint: 'refresh_token' | 'access_token',
  context: TokenRequestContext,
): Promise<boolean> {
  const { metadata, http } = context
  if (!metadata.revocation_endpoint) return false
  requireEndpoint(metadata, 'revocation_endpoint')
  const response = await oauth.revocationRequest(metadata, describeClient(context), oauth.None(), token, {
    additionalParameters: { token_type_hint: hint },
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: (url, { method, headers, body }) =>
      http(url, { method, headers, body, keepalive: true }),
  })
  throwIfUnavailable(response)
  return true
}

/** The tokens of an answer that was refused must not stay good for anybody. Best effort, as any revocation. */
export function giveBack({ refreshToken, context }: TokenAnswer): void {
  if (refreshToken === undefined) return
  revokeToken(refreshToken, 'refresh_token', context).catch(() => undefined)
}
