import type { JSONWebKeySet, JWK } from 'jose'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'

/** ID tokens are signed with RS256, which every client must accept; access tokens with the shorter ES256. */
export const idTokenAlgorithm = 'RS256'
export const accessTokenAlgorithm = 'ES256'

/** Private keys made for this run; `kid` is the key's own thumbprint (RFC 7638). */
export async function generateSigningKeys(): Promise<readonly JWK[]> {
  return Promise.all([generateSigningKey(idTokenAlgorithm), generateSigningKey(accessTokenAlgorithm)])
}

async function generateSigningKey(alg: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(privateKey)
  return { ...jwk, alg, use: 'sig', kid: await calculateJwkThumbprint(jwk) }
}

/** What everybody may see of the keys. */
export function publicKeySet(keys: readonly JWK[]): JSONWebKeySet {
  return { keys: keys.map(toPublicKey) }
}

function toPublicKey({ kty, crv, x, y, n, e, alg, use, kid }: JWK): JWK {
  const members = { kty, crv, x, y, n, e, alg, use, kid }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
