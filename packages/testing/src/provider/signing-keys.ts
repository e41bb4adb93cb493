import { base64url } from './base64url.ts'

/** How ID tokens are signed. */
export type SigningAlgorithm = 'ES256' | 'RS256'

/** The keys that a provider signs with. */
export interface SigningKeys {
  /** The key set that is published (RFC 7517 §5). */
  published(): Promise<{ keys: readonly object[] }>
  /** A compact JWS over these claims (RFC 7515 §3.1). */
  sign(claims: object): Promise<string>
  /** Signs with another key from now on. `isOldKept`: publishes those before, too. */
  rotate(options: { readonly isOldKept: boolean }): void
}

interface SigningKey {
  readonly kid: string
  readonly pair: Promise<CryptoKeyPair>
}

const algorithms = {
  ES256: { generate: { name: 'ECDSA', namedCurve: 'P-256' }, sign: { name: 'ECDSA', hash: 'SHA-256' } },
  RS256: {
    generate: {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: 2048,
      publicExponent: Uint8Array.of(1, 0, 1),
    },
    sign: { name: 'RSASSA-PKCS1-v1_5' },
  },
} as const

/** Makes {@link SigningKeys}. A key is generated when it is first needed. */
export function createSigningKeys(alg: SigningAlgorithm): SigningKeys {
  const algorithm = algorithms[alg]
  let keys: readonly SigningKey[] = []
  let serial = 0

  function add(kept: readonly SigningKey[]): SigningKey {
    serial += 1
    const pair = crypto.subtle.generateKey(algorithm.generate, true, ['sign', 'verify'])
    const key = { kid: `key-${serial}`, pair: pair as Promise<CryptoKeyPair> }
    keys = [key, ...kept]
    return key
  }

  const current = (): SigningKey => keys[0] ?? add([])

  return {
    async published() {
      current()
      const published = keys.map(async ({ kid, pair }) => {
        const jwk = await crypto.subtle.exportKey('jwk', (await pair).publicKey)
        const { key_ops, ext, ...parameters } = jwk
        return { ...parameters, kid, alg, use: 'sig' }
      })
      return { keys: await Promise.all(published) }
    },
    async sign(claims) {
      const { kid, pair } = current()
      const { privateKey } = await pair
      const input = `${base64url(JSON.stringify({ alg, kid, typ: 'JWT' }))}.${base64url(JSON.stringify(claims))}`
      const bytes = new TextEncoder().encode(input)
      return `${input}.${base64url(await crypto.subtle.sign(algorithm.sign, privateKey, bytes))}`
    },
    rotate({ isOldKept }) {
      current()
      add(isOldKept ? keys : [])
    },
  }
}
