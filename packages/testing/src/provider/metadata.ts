import type { Endpoints } from './endpoints.ts'
import type { SigningAlgorithm } from './signing-keys.ts'

/** What a provider says of itself (OpenID Connect Discovery 1.0 §3). */
export function buildMetadata(
  issuer: string,
  endpoints: Endpoints,
  signingAlgorithm: SigningAlgorithm,
): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: endpoints.authorization,
    pushed_authorization_request_endpoint: endpoints.pushed_authorization,
    token_endpoint: endpoints.token,
    jwks_uri: endpoints.jwks,
    userinfo_endpoint: endpoints.userinfo,
    revocation_endpoint: endpoints.revocation,
    end_session_endpoint: endpoints.end_session,
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [signingAlgorithm],
    token_endpoint_auth_methods_supported: ['none'],
    code_challenge_methods_supported: ['S256'],
    prompt_values_supported: ['none', 'login', 'consent', 'select_account', 'create'],
    authorization_response_iss_parameter_supported: true,
  }
}
