import type * as oauth from 'oauth4webapi'
import { ConfigurationError, ProtocolError } from '../errors.ts'
import { isSecureUrl } from './secure-url.ts'
import type { ProtocolSettings } from './settings.ts'
import { plainText } from './text.ts'

/**
 * What is known about the provider, checked. Frozen in shape, not in identity: oauth4webapi keeps the
 * signing keys it fetched beside this very object, so one object lives as long as its provider.
 */
export type Metadata = oauth.AuthorizationServer

/** The endpoints this package uses, by their metadata name. */
type EndpointName =
  | 'authorization_endpoint'
  | 'token_endpoint'
  | 'jwks_uri'
  | 'revocation_endpoint'
  | 'end_session_endpoint'
  | 'pushed_authorization_request_endpoint'
  | 'userinfo_endpoint'

/**
 * What an ID token may be signed with. oauth4webapi accepts whatever the metadata lists, `none` and HMAC
 * included; neither proves anything in a browser (RFC 8725 §3.1).
 */
export const asymmetricAlgorithms: readonly string[] = ['RS', 'PS', 'ES']
  .flatMap((family) => ['256', '384', '512'].map((bits) => family + bits))
  .concat('EdDSA', 'Ed25519')

/** Stands in for the issuer of a plain OAuth 2.0 server, which has none. No comparison ever uses it. */
const noIssuer = 'https://issuer.invalid'

/** Metadata made of endpoints given by hand. */
export function metadataFromEndpoints({ issuer, endpoints }: ProtocolSettings): Metadata {
  return {
    issuer: issuer ?? noIssuer,
    id_token_signing_alg_values_supported: [...asymmetricAlgorithms],
    ...(endpoints && {
      authorization_endpoint: endpoints.authorization,
      token_endpoint: endpoints.token,
      ...(endpoints.jwks && { jwks_uri: endpoints.jwks }),
      ...(endpoints.revocation && { revocation_endpoint: endpoints.revocation }),
      ...(endpoints.endSession && { end_session_endpoint: endpoints.endSession }),
      ...(endpoints.userInfo && { userinfo_endpoint: endpoints.userInfo }),
      ...(endpoints.pushedAuthorization && {
        pushed_authorization_request_endpoint: endpoints.pushedAuthorization,
        // Whoever gives it wants it used: there is nothing else that could say so.
        require_pushed_authorization_requests: true,
      }),
    }),
  }
}

/**
 * Checks a metadata document, from the network or from storage alike.
 *
 * @throws {ProtocolError} `issuer_mismatch` · `invalid_metadata`
 * @throws {ConfigurationError} `missing_endpoint` · `insecure_endpoint` · `pkce_unsupported`
 */
export function parseMetadata(document: unknown, { issuer, protocol }: ProtocolSettings): Metadata {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new ProtocolError('invalid_metadata', 'The provider’s metadata is not a JSON object.')
  }
  const metadata = document as Metadata
  // OpenID Connect Discovery 1.0 §4.3, RFC 8414 §3.3: identical, code point for code point.
  if (metadata.issuer !== issuer) {
    throw new ProtocolError(
      'issuer_mismatch',
      `The metadata is of issuer "${plainText(metadata.issuer)}", but option "issuer" is ${JSON.stringify(issuer)}. ` +
        'They must be equal to the letter (mind a trailing slash): copy the provider’s spelling.',
    )
  }
  requireEndpoint(metadata, 'authorization_endpoint')
  requireEndpoint(metadata, 'token_endpoint')
  if (protocol === 'oidc') requireEndpoint(metadata, 'jwks_uri')
  const methods: unknown = metadata.code_challenge_methods_supported
  // Absent says nothing (RFC 9700 §2.1.1: S256 is sent all the same); present without S256 says no.
  if (Array.isArray(methods) && !methods.includes('S256')) {
    throw new ConfigurationError(
      'pkce_unsupported',
      `${metadata.issuer} does not offer PKCE with S256 (it lists: ${plainText(methods.filter((method) => typeof method === 'string').join(', ')) ?? 'nothing'}). Enable it at the provider.`,
    )
  }
  const listed: unknown = metadata.id_token_signing_alg_values_supported
  return {
    ...metadata,
    // OpenID Connect Core 1.0 §3.1.3.7 item 7: RS256 is the default.
    id_token_signing_alg_values_supported: Array.isArray(listed)
      ? listed.filter((algorithm) => asymmetricAlgorithms.includes(algorithm))
      : ['RS256'],
  }
}

/**
 * One endpoint's URL, fit to be used.
 *
 * @throws {ConfigurationError} `missing_endpoint` · `insecure_endpoint`
 */
export function requireEndpoint(metadata: Metadata, name: EndpointName): URL {
  const value = metadata[name]
  if (typeof value !== 'string' || !URL.canParse(value)) {
    throw new ConfigurationError(
      'missing_endpoint',
      `The provider’s metadata has no usable ${name}. Pass it by hand in option "endpoints".`,
    )
  }
  const url = new URL(value)
  if (url.hash || !isSecureUrl(url)) {
    throw new ConfigurationError(
      'insecure_endpoint',
      `The provider’s ${name} (${url.origin}${url.pathname}) must be https without a fragment.`,
    )
  }
  return url
}
