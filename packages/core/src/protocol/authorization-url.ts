import * as oauth from 'oauth4webapi'
import type { Random } from '../platform/ports.ts'
import { encodeBase64url } from './base64url.ts'
import { type Metadata, requireEndpoint } from './metadata.ts'
import type { ProtocolSettings } from './settings.ts'

/** What one authorization request asks for, beside what the client always sends. */
export interface AuthorizationParameters {
  /** Absolute, as registered (RFC 6749 §3.1.2.3: compared as a string). */
  readonly redirectUri: string
  readonly scope: string
  /** The APIs that are asked for (RFC 8707 §2), each a parameter of its own. Absent: none. */
  readonly resources?: readonly string[] | undefined
  /** Carried at the front of `state`, so that a response finds the client that asked. URL-safe. */
  readonly statePrefix: string
  /** Parameters by their wire name. Values that are empty or undefined are left out. */
  readonly extra: Readonly<Record<string, string | undefined>>
}

/** What must be remembered until the response comes. The verifier and the nonce are secrets until then. */
export interface AuthorizationSecrets {
  readonly state: string
  readonly codeVerifier: string
  readonly nonce: string
  /** The key that the code is bound to (RFC 9449 §10): its thumbprint. */
  readonly keyId?: string | undefined
}

/** Where a sign-in begins. */
export interface AuthorizationStart extends AuthorizationSecrets {
  readonly url: string
  /** The provider cannot be asked to let somebody make an account, so it was asked for a plain sign-in. */
  readonly isCreateLeftOut?: boolean
}

/** An authorization request, before it is known how it gets to the provider. */
export interface AuthorizationQuery extends AuthorizationSecrets {
  /** By wire name; nothing in it is empty. */
  readonly query: URLSearchParams
}

/**
 * What starts a sign-in, and what its answer will be checked against. Verifier, `state` and `nonce` are 256
 * random bits each, made fresh; the challenge is always S256 (RFC 7636 §4.2, RFC 9700 §2.1.1).
 */
export async function buildAuthorizationQuery(
  { clientId, protocol }: ProtocolSettings,
  { redirectUri, scope, resources = [], statePrefix, extra }: AuthorizationParameters,
  random: Random,
): Promise<AuthorizationQuery> {
  const randomToken = (): string => encodeBase64url(random.bytes(32))
  const state = statePrefix + randomToken()
  const nonce = randomToken()
  const codeVerifier = randomToken()
  const parameters = {
    ...extra,
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope,
    state,
    nonce: protocol === 'oidc' ? nonce : undefined,
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value)
  for (const resource of resources) query.append('resource', resource)
  return { query, state, codeVerifier, nonce }
}

/** Where the browser goes with it. A query that the endpoint already has stays (RFC 6749 §3.1). */
export function buildAuthorizationUrl(metadata: Metadata, query: AuthorizationQuery['query']): string {
  const url = requireEndpoint(metadata, 'authorization_endpoint')
  for (const name of query.keys()) url.searchParams.delete(name)
  for (const [name, value] of query) url.searchParams.append(name, value)
  return url.href
}
