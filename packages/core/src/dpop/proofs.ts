import { ConfigurationError, SignInRequiredError } from '../errors.ts'
import { openDurableStore } from '../platform/durable-store.ts'
import { encodeBase64url } from '../protocol/base64url.ts'
import type { BindingContext, Proofs } from '../protocol/binding.ts'
import { createKeyRing } from './key-ring.ts'
import { createNonces, wantsNonce } from './nonces.ts'
import { createProof } from './proof.ts'

/** Makes {@link Proofs}. Opens no storage yet. */
export function createProofs(required: boolean, { platform, name, rests }: BindingContext): Proofs {
  const { clock, random, openDurable = openDurableStore } = platform
  const kept = openDurable(`latchkey.${name}`)
  const ring = createKeyRing(kept, clock)
  const nonces = createNonces()

  const send: Proofs['send'] = async (keyId, request, attempt) => {
    const key = await ring.find(keyId)
    if (!key) throw keyLost()
    const { method, url, accessToken, clockSkewSeconds = 0 } = request
    const prove = (nonce: string | undefined): Promise<string> =>
      createProof(key, {
        id: encodeBase64url(random.bytes(16)),
        method,
        url,
        issuedAt: Math.floor(clock.now().epochMs / 1000) + clockSkewSeconds,
        accessToken,
        nonce,
      })
    const sent = nonces.of(url)
    const response = await attempt(await prove(sent), false)
    const asked = nonces.learn(url, response)
    if (!(await wantsNonce(response))) return response
    if (asked === undefined) throw nonceUnreadable(url)
    // The same once more would be refused once more.
    if (asked === sent) return response
    await response.body?.cancel()
    const again = await attempt(await prove(asked), true)
    nonces.learn(url, again)
    return again
  }

  return {
    kept,
    send,
    async create({ issuer, dpop_signing_alg_values_supported: algorithms }) {
      const isKnown = Array.isArray(algorithms) && algorithms.includes('ES256')
      if (!isKnown && !required) return undefined
      // Whoever lists nothing may know it all the same; whoever lists others does not.
      if (!isKnown && Array.isArray(algorithms)) throw unsupported(issuer)
      const { thumbprint } = await ring.create()
      return { keyId: thumbprint, isKept: ring.isKept(thumbprint) }
    },
    has: async (keyId) => (await ring.find(keyId)) !== undefined,
    async settled(keyId) {
      await (rests === 'sign-in' ? ring.forget(keyId) : ring.use(keyId))
    },
    isShared: (keyId) => rests === 'session' && ring.isKept(keyId),
    forget: (keyId) => void ring.forget(keyId),
    bind: (http, keyId, clockSkewSeconds) => async (url, request) => {
      const { method, headers = {} } = request
      const [, accessToken] = /^Bearer (.*)$/i.exec(headers.authorization ?? '') ?? []
      // Keys and metadata are for everybody: a proof would call for a preflight, which many servers fail.
      if (method === 'GET' && accessToken === undefined) return http(url, request)
      const proven = { method, url, accessToken, clockSkewSeconds: clockSkewSeconds() }
      return send(keyId, proven, (proof) =>
        http(url, {
          ...request,
          headers: {
            ...headers,
            ...(accessToken !== undefined && { authorization: `DPoP ${accessToken}` }),
            dpop: proof,
          },
        }),
      )
    },
  }
}

function keyLost(): SignInRequiredError {
  return new SignInRequiredError(
    'session_lost',
    'The key that this session is bound to is gone, and its tokens are worth nothing without it. Call login().',
  )
}

function unsupported(issuer: string): ConfigurationError {
  return new ConfigurationError(
    'binding_unsupported',
    `${issuer} does not take DPoP proofs signed with ES256. Have it do so, or pass dpop({ required: false }).`,
  )
}

/** Unreadable across origins, unless the server says otherwise (Fetch, CORS-exposed header names). */
function nonceUnreadable(url: string): ConfigurationError {
  return new ConfigurationError(
    'nonce_unreadable',
    `${new URL(url).origin} wants a nonce in DPoP proofs, but does not let the page read it. ` +
      'It has to send "Access-Control-Expose-Headers: DPoP-Nonce, WWW-Authenticate".',
  )
}
