import { describe, expect, it } from 'vitest'
import { verifyProof } from '../../test/verify-proof.ts'
import { createProof, createProofKey, describeKey } from './proof.ts'

const claims = { id: 'unique', method: 'POST', url: 'https://id.example/token', issuedAt: 1_800_000_000 }

describe('a proof key', () => {
  it('keeps its private half from everybody (RFC 9449 §11.4, STO-03)', async () => {
    const { keyPair, jwk } = await createProofKey()
    expect(keyPair.privateKey.extractable).toBe(false)
    await expect(crypto.subtle.exportKey('jwk', keyPair.privateKey)).rejects.toThrow()
    // And a copy of it is no easier to read.
    const copy = structuredClone(keyPair)
    expect(copy.privateKey.extractable).toBe(false)
    expect(Object.keys(jwk).sort()).toEqual(['crv', 'kty', 'x', 'y'])
  })

  it('has the thumbprint that RFC 9449 §6.1 gives the key of its examples', async () => {
    const publicKey = await crypto.subtle.importKey(
      'jwk',
      {
        kty: 'EC',
        x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
        y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
        crv: 'P-256',
      },
      { name: 'ECDSA', namedCurve: 'P-256' },
      true,
      ['verify'],
    )
    const { thumbprint } = await describeKey({ publicKey } as CryptoKeyPair)
    expect(thumbprint).toBe('0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I')
  })

  it('is another each time', async () => {
    const [one, other] = [await createProofKey(), await createProofKey()]
    expect(one.thumbprint).not.toBe(other.thumbprint)
  })
})

describe('a proof (RFC 9449 §4.2, API-03)', () => {
  it('is signed with the key that it shows, and says what it is for', async () => {
    const key = await createProofKey()
    const { header, claims: said, thumbprint } = await verifyProof(await createProof(key, claims))
    expect(header).toEqual({ alg: 'ES256', typ: 'dpop+jwt', jwk: key.jwk })
    expect(header.jwk).not.toHaveProperty('d')
    expect(said).toEqual({
      jti: 'unique',
      htm: 'POST',
      htu: 'https://id.example/token',
      iat: 1_800_000_000,
    })
    expect(thumbprint).toBe(key.thumbprint)
  })

  it('leaves out query and fragment (§4.2), and nothing else of the address', async () => {
    const key = await createProofKey()
    const htu = async (url: string): Promise<unknown> =>
      (await verifyProof(await createProof(key, { ...claims, url }))).claims.htu
    expect(await htu('https://api.example:8443/a%20b/?page=2#x')).toBe('https://api.example:8443/a%20b/')
    expect(await htu('https://api.example')).toBe('https://api.example/')
  })

  it('names the access token by its hash, as in the example of §7.1', async () => {
    const key = await createProofKey()
    const accessToken = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'
    const { claims: said } = await verifyProof(await createProof(key, { ...claims, accessToken }))
    expect(said.ath).toBe('fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo')
  })

  it('holds the nonce that a server asked for (§8)', async () => {
    const key = await createProofKey()
    const { claims: said } = await verifyProof(await createProof(key, { ...claims, nonce: 'n' }))
    expect(said.nonce).toBe('n')
  })
})
