import { createFakeProvider, type FakeProvider, json } from './fake-provider.ts'
import { type VerifiedProof, verifyProof } from './verify-proof.ts'

/** A provider that binds tokens to the key of a proof, as RFC 9449 has it. */
export interface DpopProvider extends FakeProvider {
  /** The nonce that proofs have to hold; undefined: none. */
  nonce: string | undefined
  /** Whether it knows DPoP, or takes a proof for any other header. */
  isAware: boolean
  /** Whether scripts can read its nonces (CORS). */
  isReadable: boolean
  /** The proofs that came, by path. */
  readonly proofs: (VerifiedProof & { readonly path: string; readonly authorization: string | null })[]
  /** The key that an access token is bound to. */
  keyOf(accessToken: string): string | undefined
}

/** Makes a {@link DpopProvider}. */
export async function createDpopProvider(issuer?: string): Promise<DpopProvider> {
  const plain = await createFakeProvider(issuer)
  const { fetch, signIn } = plain
  const boundCodes = new Map<string, string | null>()
  const boundTokens = new Map<string, string>()
  const used = new Set<unknown>()
  plain.metadata.dpop_signing_alg_values_supported = ['ES256']

  const withNonce = (response: Response): Response => {
    if (provider.nonce !== undefined && provider.isReadable)
      response.headers.set('dpop-nonce', provider.nonce)
    return response
  }

  /** Why the proof does not do; undefined where it does. */
  function problemWith(
    { thumbprint, claims }: VerifiedProof,
    url: string,
    init: RequestInit,
  ): string | undefined {
    const form = new URLSearchParams(init.body as URLSearchParams)
    const now = provider.now()
    const isFine =
      claims.htm === init.method &&
      claims.htu === url.split(/[?#]/)[0] &&
      Math.abs(Number(claims.iat) - now) < 60 &&
      !used.has(claims.jti)
    used.add(claims.jti)
    if (!isFine) return 'invalid_dpop_proof'
    if (provider.nonce !== undefined && claims.nonce !== provider.nonce) return 'use_dpop_nonce'
    const code = boundCodes.get(form.get('code') ?? '')
    const refresh = boundTokens.get(form.get('refresh_token') ?? '')
    return [code, refresh].some((key) => key && key !== thumbprint) ? 'invalid_grant' : undefined
  }

  const provider: DpopProvider = Object.assign(plain as DpopProvider, {
    nonce: undefined,
    isAware: true,
    isReadable: true,
    proofs: [],
    keyOf: (accessToken: string) => boundTokens.get(accessToken),
    signIn(authorizationUrl: string, extra?: Record<string, string>) {
      const answer = signIn(authorizationUrl, extra)
      const jkt = new URL(authorizationUrl).searchParams.get('dpop_jkt')
      boundCodes.set(new URL(answer).searchParams.get('code') ?? '', jkt)
      return answer
    },
    async fetch(url: string, init: RequestInit): Promise<Response> {
      const path = new URL(url).pathname
      const given = new Headers(init.headers).get('dpop')
      if (!provider.isAware || !['/token', '/userinfo', '/revoke', '/par'].includes(path))
        return fetch(url, init)
      if (given === null) {
        const body = init.body as URLSearchParams | undefined
        const isBound = boundTokens.has(body?.get('refresh_token') ?? '')
        return isBound ? json(400, { error: 'invalid_dpop_proof' }) : fetch(url, init)
      }
      const proof = await verifyProof(given)
      provider.proofs.push({ ...proof, path, authorization: new Headers(init.headers).get('authorization') })
      const problem = problemWith(proof, url, init)
      if (problem) {
        provider.seen.push({ method: init.method ?? '', path, form: new URLSearchParams(), init })
        if (path !== '/userinfo') return withNonce(json(400, { error: problem }))
        return withNonce(json(401, {}, { 'www-authenticate': `DPoP error="${problem}", algs="ES256"` }))
      }
      // The provider behind this one knows one scheme.
      const headers = new Headers(init.headers)
      headers.set('authorization', headers.get('authorization')?.replace('DPoP', 'Bearer') ?? '')
      const response = await fetch(url, path === '/userinfo' ? { ...init, headers } : init)
      if (path !== '/token' || response.status !== 200) return withNonce(response)
      const body = (await response.json()) as Record<string, unknown>
      for (const token of [body.access_token, body.refresh_token])
        boundTokens.set(String(token), proof.thumbprint)
      return withNonce(json(200, { ...body, token_type: 'DPoP' }))
    },
  })
  return provider
}
