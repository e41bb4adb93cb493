import type { IncomingMessage } from 'node:http'
import type { JSONWebKeySet, JWTPayload } from 'jose'
import { createLocalJWKSet, errors, jwtVerify } from 'jose'
import { createProofVerifier, proofAlgorithms } from './dpop-proof.ts'
import type { Nonces } from './nonces.ts'
import type { Challenge, RefusalCode, Scheme } from './refused-error.ts'
import { RefusedError } from './refused-error.ts'
import { accessTokenAlgorithm } from './signing-keys.ts'

/** Who calls, by a token that was found good. */
export interface Caller {
  /** How the token was sent. */
  readonly scheme: Scheme
  readonly subject: string
  readonly clientId: string
  readonly scopes: ReadonlySet<string>
  readonly expiresAt: number
  /** How the person authenticated (RFC 9470 section 6.1). */
  readonly acr: string | undefined
  /** When the person authenticated, in milliseconds since the epoch. */
  readonly authenticatedAt: number | undefined
  /** RFC 9396 section 9.1. */
  readonly authorizationDetails: unknown
}

/** @throws {RefusedError} when the request carries no access token, or a bad one. */
export type Authenticate = (request: IncomingMessage) => Promise<Caller>

export interface AccessTokenRules {
  readonly issuer: string
  readonly audience: string
  readonly keySet: JSONWebKeySet
  /** Where this server is reached: a DPoP proof names the URL it was made for. */
  readonly ownUrl: string
  /** How a token may be sent. Default: either way. */
  readonly schemes?: readonly [Scheme, ...Scheme[]]
  /** Given, each DPoP proof must hold one of them (RFC 9449 section 9). */
  readonly nonces?: Nonces
}

/** Checks JWT access tokens (RFC 9068 section 4), sent as Bearer (RFC 6750) or bound to a key (RFC 9449). */
export function createAuthenticate({
  issuer,
  audience,
  keySet,
  ownUrl,
  schemes = ['Bearer', 'DPoP'],
  nonces,
}: AccessTokenRules): Authenticate {
  const findKey = createLocalJWKSet(keySet)
  const verifyProof = createProofVerifier(ownUrl, nonces)

  return async (request) => {
    const credentials = readCredentials(request, schemes)
    const claims = await verifyToken(credentials)
    const thumbprint = boundKeyThumbprint(claims)

    // RFC 9449 section 7.2: a token that is bound to a key is worth nothing as Bearer, nor the other way round.
    // Who has never heard of DPoP does not look at the binding.
    const isBound = thumbprint !== undefined && schemes.includes('DPoP')
    if (isBound !== (credentials.scheme === 'DPoP')) {
      throw refuse(credentials, 'invalid_token', 'The token belongs to the other authentication scheme.')
    }
    if (isBound) {
      const problem = await verifyProof({ request, token: credentials.token, thumbprint })
      if (problem) throw refuse(credentials, problem.code, problem.message)
    }
    return toCaller(claims, credentials)
  }

  async function verifyToken(credentials: Credentials): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(credentials.token, findKey, {
        issuer,
        audience,
        typ: 'at+jwt',
        algorithms: [accessTokenAlgorithm],
        requiredClaims: ['exp', 'sub', 'client_id'],
      })
      return payload
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error
      throw refuse(credentials, 'invalid_token', whyRefused(error))
    }
  }
}

interface Credentials {
  readonly scheme: Scheme
  readonly token: string
}

function readCredentials(request: IncomingMessage, schemes: readonly Scheme[]): Credentials {
  const [name, token] = (request.headers.authorization ?? '').split(' ')
  const scheme = schemes.find((known) => known.toLowerCase() === name?.toLowerCase())
  if (token && scheme) return { scheme, token }
  // RFC 6750 section 3.1: who sent no credentials at all gets no error code.
  throw new RefusedError({
    message: 'Send an access token.',
    challenges: schemes.map((scheme) => challengeOf(scheme)),
  })
}

function refuse({ scheme }: Credentials, code: RefusalCode, message: string): RefusedError {
  return new RefusedError({ code, message, challenges: [challengeOf(scheme)] })
}

/** RFC 9449 section 7.1. @param wanted what the token is to be besides */
export function challengeOf(scheme: Scheme, wanted: Challenge['parameters'] = {}): Challenge {
  const algs = scheme === 'DPoP' ? proofAlgorithms.join(' ') : undefined
  return { scheme, parameters: { ...wanted, algs } }
}

function whyRefused(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'The access token is expired.'
  if (error instanceof errors.JWTClaimValidationFailed) return `The access token has a wrong ${error.claim}.`
  return 'The access token is not one of ours.'
}

function boundKeyThumbprint(claims: JWTPayload): string | undefined {
  const confirmation = claims.cnf as { readonly jkt?: string } | undefined
  return confirmation?.jkt
}

function toCaller(
  { sub, client_id, scope, exp, acr, auth_time, authorization_details }: JWTPayload,
  { scheme }: Credentials,
): Caller {
  return {
    scheme,
    subject: String(sub),
    clientId: String(client_id),
    scopes: new Set(typeof scope === 'string' ? scope.split(' ') : []),
    expiresAt: Number(exp) * 1000,
    acr: typeof acr === 'string' ? acr : undefined,
    authenticatedAt: typeof auth_time === 'number' ? auth_time * 1000 : undefined,
    authorizationDetails: authorization_details,
  }
}
