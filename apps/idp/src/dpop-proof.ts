import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { JWTPayload } from 'jose'
import { calculateJwkThumbprint, EmbeddedJWK, errors, jwtVerify } from 'jose'
import type { Nonces } from './nonces.ts'
import type { RefusalCode } from './refused-error.ts'
import { pathOf } from './request-path.ts'

export const proofAlgorithms: readonly string[] = ['ES256', 'Ed25519', 'EdDSA']

export interface ProvenRequest {
  readonly request: IncomingMessage
  readonly token: string
  /** The key that the access token is bound to. */
  readonly thumbprint: string
}

/** Says what is wrong with the request's proof of possession, or nothing when it is good. */
export type VerifyProof = (proven: ProvenRequest) => Promise<ProofProblem | undefined>

export interface ProofProblem {
  readonly code: Extract<RefusalCode, 'invalid_dpop_proof' | 'use_dpop_nonce'>
  readonly message: string
}

const proofLifetimeMs = 60_000

/** Checks DPoP proofs (RFC 9449 section 4.3) for a server at this URL; each proof is good once. */
export function createProofVerifier(ownUrl: string, nonces?: Nonces): VerifyProof {
  const useOnce = createReplayGuard()

  return async ({ request, token, thumbprint }) => {
    const proof = request.headers.dpop
    if (typeof proof !== 'string') return invalid('The request needs one DPoP proof.')
    try {
      const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
        typ: 'dpop+jwt',
        algorithms: [...proofAlgorithms],
        requiredClaims: ['jti', 'iat', 'htm', 'htu', 'ath'],
      })
      const signer = await calculateJwkThumbprint(protectedHeader.jwk ?? {})
      if (signer !== thumbprint) return invalid('The proof is signed by another key.')
      const reason = whyNotForRequest(payload, {
        method: request.method,
        url: ownUrl + pathOf(request),
        token,
      })
      if (reason !== undefined) return invalid(reason)
      if (nonces && !nonces.accepts(payload.nonce)) {
        return { code: 'use_dpop_nonce', message: 'The proof needs the nonce of this answer.' }
      }
      return useOnce(String(payload.jti)) ? undefined : invalid('The proof was used before.')
    } catch (error) {
      if (error instanceof errors.JOSEError) return invalid('The proof is not a valid DPoP JWT.')
      throw error
    }
  }
}

function invalid(message: string): ProofProblem {
  return { code: 'invalid_dpop_proof', message }
}

function whyNotForRequest(
  { htm, htu, ath, iat }: JWTPayload,
  { method, url, token }: { method: string | undefined; url: string; token: string },
): string | undefined {
  if (htm !== method) return 'The proof is for another method.'
  if (typeof htu !== 'string' || htu.split(/[?#]/)[0] !== url) return 'The proof is for another URL.'
  if (ath !== createHash('sha256').update(token).digest('base64url'))
    return 'The proof is for another access token.'
  if (Math.abs(Date.now() - Number(iat) * 1000) > proofLifetimeMs) return 'The proof is not fresh.'
  return undefined
}

function createReplayGuard(): (proofId: string) => boolean {
  const seenUntil = new Map<string, number>()
  return (proofId) => {
    const now = Date.now()
    for (const [seen, until] of seenUntil) if (until <= now) seenUntil.delete(seen)
    if (seenUntil.has(proofId)) return false
    // A proof may come from a clock that is ahead, so it stays acceptable for twice its lifetime.
    seenUntil.set(proofId, now + 2 * proofLifetimeMs)
    return true
  }
}
