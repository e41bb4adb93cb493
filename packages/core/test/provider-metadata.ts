/** The metadata of a provider of the tests (OpenID Connect Discovery 1.0 §3), open to change. */
export function providerMetadata(issuer: string, algorithms: readonly string[]): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    userinfo_endpoint: `${issuer}/userinfo`,
    revocation_endpoint: `${issuer}/revoke`,
    end_session_endpoint: `${issuer}/logout`,
    code_challenge_methods_supported: ['S256'],
    id_token_signing_alg_values_supported: algorithms,
    authorization_response_iss_parameter_supported: true,
  }
}
