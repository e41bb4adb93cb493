import { calculateJwkThumbprint, decodeProtectedHeader, EmbeddedJWK, type JWK, jwtVerify } from 'jose'

/** What a proof says, once its signature has been verified with the key in its own header (RFC 9449 §4.3). */
export interface VerifiedProof {
  readonly thumbprint: string
  readonly header: { readonly [name: string]: unknown; readonly jwk?: JWK }
  readonly claims: { readonly [name: string]: unknown }
}

/** @throws where it is no proof, or its signature is not that of its key */
export async function verifyProof(proof: string): Promise<VerifiedProof> {
  const { payload } = await jwtVerify(proof, EmbeddedJWK, {
    typ: 'dpop+jwt',
    algorithms: ['ES256'],
    // The time is the test's.
    currentDate: new Date(0),
  })
  const header = decodeProtectedHeader(proof)
  return { thumbprint: await calculateJwkThumbprint(header.jwk as JWK), header, claims: payload }
}
