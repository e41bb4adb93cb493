import { decodeJwt, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import { decodeBase64url, encodeBase64url } from '../src/protocol/base64url.ts'
import { type FakeProvider, json } from './fake-provider.ts'

/** A key pair that signs ID tokens. */
export interface Signer {
  readonly publicJwk: JWK
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>
}

/** Makes a {@link Signer} for one JWS algorithm. */
export async function createSigner(alg: string, kid = 'key-of-test'): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return {
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
    sign: (claims, header) =>
      new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  }
}

/** A signer whose RSA key is too short; no library of today would sign with it. */
export async function createWeakSigner(kid = 'weak'): Promise<Signer> {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 1024,
    publicExponent: Uint8Array.of(1, 0, 1),
  }
  const { publicKey, privateKey } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  return {
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' },
    async sign(claims, header) {
      const text = `${encodePart({ alg: 'RS256', kid, ...header })}.${encodePart(claims)}`
      const signature = await crypto.subtle.sign(algorithm.name, privateKey, new TextEncoder().encode(text))
      return `${text}.${encodeBase64url(new Uint8Array(signature))}`
    },
  }
}

/** From now on the provider signs with this key, and publishes these (its own, unless told otherwise). */
export function signWith(
  provider: FakeProvider,
  signer: Signer,
  keys: readonly unknown[] = [signer.publicJwk],
): void {
  provider.sign = (claims) => signer.sign(claims)
  provider.onRequest = ({ path }) => (path === '/jwks' ? json(200, { keys }) : undefined)
}

/** From now on ID tokens are made by the test, from the claims and the tokens they would have come with. */
export function replaceIdTokens(
  provider: FakeProvider,
  make: (claims: JWTPayload, body: Record<string, unknown>) => unknown,
): void {
  provider.onToken = async ({ body }) => {
    if (typeof body === 'string') return
    const idToken = await make(decodeJwt(String(body.id_token)), body)
    // Too little to be told from other text is no secret either.
    if (typeof idToken === 'string' && idToken.length >= 12) provider.secrets.push(idToken)
    body.id_token = idToken
  }
}

/** A JSON value as a part of a JWT. */
export function encodePart(value: unknown): string {
  return encodeBase64url(new TextEncoder().encode(JSON.stringify(value)))
}

/** A token of which one bit of the signature was turned. */
export function flipSignatureBit(token: string): string {
  const [header, payload, signature = ''] = token.split('.')
  const bytes = decodeBase64url(signature)
  bytes[0] = (bytes[0] ?? 0) ^ 1
  return [header, payload, encodeBase64url(bytes)].join('.')
}
