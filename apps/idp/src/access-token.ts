import type { IncomingMessage } from 'node:http'
import type { JSONWebKeySet, JWTPayload } from 'jose'
import { createLocalJWKSet, errors, jwtVerify } from 'jose'
import { createProofVerifier, proofAlgorithms } from './dpop-proof.ts'
import { accessTokenAlgorithm } from './signing-keys.ts'
import type { UnauthorizedCode } from './unauthorized.ts'
import { UnauthorizedError } from './unauthorized.ts'

/** Who calls, by a token that was found good. */
export interface Caller {
  readonly subject: string
  readonly clientId: string
  readonly scopes: ReadonlySet<string>
  readonly expiresAt: number
}

/** @throws {UnauthorizedError} when the request carries no access token, or a bad one. */
export type Authenticate = (request: IncomingMessage) => Promise<Caller>

export interface AccessTokenRules {
  readonly issuer: string
  readonly audience: string
  readonly keySet: JSONWebKeySet
  /** Where this server is reached: a DPoP proof names the URL it was made for. */
  readonly ownUrl: string
}

/** Checks JWT access tokens (RFC 9068 section 4), sent as Bearer (RFC 6750) or bound to a key (RFC 9449). */
export function createAuthenticate({ issuer, audience, keySet, ownUrl }: AccessTokenRules): Authenticate {
  const findKey = createLocalJWKSet(keySet)
  const verifyProof = createProofVerifier(ownUrl)

  return async (request) => {
    const credentials = readCredentials(request)
    const claims = await verifyToken(credentials)
    const thumbprint = boundKeyThumbprint(claims)

    // RFC 9449 section 7.2: a token that is bound to a key is worth nothing as Bearer, nor the other way round.
    if ((thumbprint !== undefined) !== (credentials.scheme === 'DPoP')) {
      throw refuse(credentials, 'invalid_token', 'The token belongs to the other authentication scheme.')
    }
    if (thumbprint !== undefined) {
      const problem = await verifyProof({ request, token: credentials.token, thumbprint })
      if (problem !== undefined) throw refuse(credentials, 'invalid_dpop_proof', problem)
    }
    return toCaller(claims)
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
  readonly scheme: 'Bearer' | 'DPoP'
  readonly token: string
}

function readCredentials(request: IncomingMessage): Credentials {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ')
  const name = scheme?.toLowerCase()
  if (token && name === 'bearer') return { scheme: 'Bearer', token }
  if (token && name === 'dpop') return { scheme: 'DPoP', token }
  // RFC 6750 section 3.1: who sent no credentials at all gets no error code.
  throw new UnauthorizedError({
    challenge: `Bearer, DPoP algs="${proofAlgorithms.join(' ')}"`,
    message: 'Send an access token.',
  })
}

function refuse({ scheme }: Credentials, code: UnauthorizedCode, message: string): UnauthorizedError {
  const algorithms = scheme === 'DPoP' ? `, algs="${proofAlgorithms.join(' ')}"` : ''
  const challenge = `${scheme} error="${code}", error_description="${message}"${algorithms}`
  return new UnauthorizedError({ challenge, message, code })
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

function toCaller({ sub, client_id, scope, exp }: JWTPayload): Caller {
  return {
    subject: String(sub),
    clientId: String(client_id),
    scopes: new Set(typeof scope === 'string' ? scope.split(' ') : []),
    expiresAt: Number(exp) * 1000,
  }
}
