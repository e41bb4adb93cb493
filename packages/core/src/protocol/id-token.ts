import type * as oauth from 'oauth4webapi'
import { ProtocolError } from '../errors.ts'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import type { IdTokenClaims } from './token-set.ts'

/**
 * The checks that oauth4webapi leaves out: a subject that names somebody, `azp` beside a single audience
 * (OpenID Connect Core 1.0 §3.1.3.7 items 4 and 5), and `at_hash` where it is present (§3.1.3.8).
 *
 * @throws {ProtocolError} `invalid_id_token`
 */
export async function checkIdToken(
  claims: oauth.IDToken,
  {
    id_token: idToken,
    access_token: accessToken,
  }: Pick<oauth.TokenEndpointResponse, 'id_token' | 'access_token'>,
  clientId: string,
): Promise<IdTokenClaims> {
  if (claims.sub.length === 0 || claims.sub.length > 255)
    throw refused('sub', 'is not 1 to 255 characters long')
  if (claims.azp !== undefined && claims.azp !== clientId) throw refused('azp', 'names another client')
  if (claims.at_hash !== undefined) {
    const expected = await leftHalfHash(String(decodePart(idToken, 0)?.alg), accessToken)
    if (expected !== undefined && claims.at_hash !== expected) {
      throw refused('at_hash', 'does not fit the access token beside it')
    }
  }
  return claims
}

/**
 * How far the device's clock is off, in seconds, by the provider's word: positive where it is slow. Below
 * the tolerance it counts as right. Learned only from answers to our own requests at the token endpoint, over
 * TLS: at a sign-in the nonce keeps a replay from hiding behind it, at a refresh the held subject and nonce do
 * (RFC 9700 §4.5.3.2). A clock that is set while the page is open would otherwise end the session.
 */
export function learnClockSkew(idToken: unknown, nowMs: number, toleranceSeconds: number): number {
  const issuedAt = decodePart(idToken, 1)?.iat
  if (!Number.isFinite(issuedAt)) return 0
  const skew = Math.round((issuedAt as number) - nowMs / 1000)
  return Math.abs(skew) <= toleranceSeconds ? 0 : skew
}

function refused(claim: string, problem: string): ProtocolError {
  return new ProtocolError('invalid_id_token', `The ID token was refused: its "${claim}" ${problem}.`)
}

/** §3.1.3.6: base64url of the left half of the hash that belongs to the token's own algorithm, where one does. */
async function leftHalfHash(algorithm: string, accessToken: string): Promise<string | undefined> {
  const bits = /^Ed/.test(algorithm) ? '512' : /^[A-Z]S(256|384|512)$/.exec(algorithm)?.[1]
  if (bits === undefined) return undefined
  const digest = new Uint8Array(
    await crypto.subtle.digest(`SHA-${bits}`, new TextEncoder().encode(accessToken)),
  )
  return encodeBase64url(digest.subarray(0, digest.length / 2))
}

function decodePart(token: unknown, part: 0 | 1): { readonly [name: string]: unknown } | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(decodeBase64url(String(token).split('.')[part] ?? '')))
  } catch {
    // Whatever cannot be read is refused by the full validation that follows.
    return undefined
  }
}
