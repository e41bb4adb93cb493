import { createHash, randomUUID } from 'node:crypto'
import type { JWK, JWTPayload } from 'jose'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose'

/** Somebody with a key of their own, who can prove it by DPoP. */
export interface KeyHolder {
  readonly thumbprint: string
  /** A fresh proof for a request; further claims replace those it would have. */
  prove(claims: { htm: string; htu: string; token?: string } & JWTPayload): Promise<string>
}

export async function createKeyHolder(): Promise<KeyHolder> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(publicKey)
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    prove({ token, ...claims }) {
      const ath = token === undefined ? {} : { ath: createHash('sha256').update(token).digest('base64url') }
      const payload = { jti: randomUUID(), iat: Math.floor(Date.now() / 1000), ...ath, ...claims }
      return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk }).sign(privateKey)
    },
  }
}

export async function signJwt(claims: JWTPayload, { key, typ }: { key: JWK; typ: string }): Promise<string> {
  const header = { alg: key.alg ?? 'ES256', typ, ...(key.kid === undefined ? {} : { kid: key.kid }) }
  return new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(key))
}
