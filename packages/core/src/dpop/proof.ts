import { encodeBase64url } from '../protocol/base64url.ts'

/** A key that proofs are signed with. What is private of it cannot be read by anybody. */
export interface ProofKey {
  readonly keyPair: CryptoKeyPair
  /** The public half (RFC 7517): `crv`, `kty`, `x`, `y`. */
  readonly jwk: JsonWebKey
  /** RFC 7638. */
  readonly thumbprint: string
}

/** What one proof says. */
export interface ProofClaims {
  /** Base64url: unique. */
  readonly id: string
  readonly method: string
  readonly url: string
  /** Seconds since the epoch. */
  readonly issuedAt: number
  readonly accessToken?: string | undefined
  readonly nonce?: string | undefined
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** Makes a key for ES256 whose private half never leaves the browser (RFC 9449 §11.4). */
export async function createProofKey(): Promise<ProofKey> {
  return describeKey(await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']))
}

/** A key pair with what its proofs say of it. @throws where it is none for ES256 */
export async function describeKey(keyPair: CryptoKeyPair): Promise<ProofKey> {
  const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', keyPair.publicKey)
  // RFC 7638 §3: exactly these members, in this order.
  const jwk = { crv, kty, x, y } as JsonWebKey
  return { keyPair, jwk, thumbprint: await sha256(JSON.stringify(jwk)) }
}

/** A proof for one request (RFC 9449 §4.2). */
export async function createProof(
  { keyPair, jwk }: ProofKey,
  { id, method, url, issuedAt, accessToken, nonce }: ProofClaims,
): Promise<string> {
  const { origin, pathname } = new URL(url)
  const header = { alg: 'ES256', typ: 'dpop+jwt', jwk }
  const payload = {
    jti: id,
    htm: method,
    // Without query and fragment.
    htu: origin + pathname,
    iat: issuedAt,
    ...(accessToken !== undefined && { ath: await sha256(accessToken) }),
    ...(nonce !== undefined && { nonce }),
  }
  const signed = `${encode(header)}.${encode(payload)}`
  const signature = await crypto.subtle.sign(algorithm, keyPair.privateKey, utf8(signed))
  return `${signed}.${encodeBase64url(new Uint8Array(signature))}`
}

function encode(part: object): string {
  return encodeBase64url(utf8(JSON.stringify(part)))
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', utf8(text))
  return encodeBase64url(new Uint8Array(digest))
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}
