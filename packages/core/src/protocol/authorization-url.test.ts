import { describe, expect, it } from 'vitest'
import { createFakePlatform } from '../../test/fake-platform.ts'
import {
  type AuthorizationParameters,
  type AuthorizationSecrets,
  buildAuthorizationQuery,
  buildAuthorizationUrl,
} from './authorization-url.ts'
import { decodeBase64url } from './base64url.ts'
import type { Metadata } from './metadata.ts'
import type { ProtocolSettings } from './settings.ts'

const settings: ProtocolSettings = {
  protocol: 'oidc',
  issuer: 'https://id.example',
  endpoints: undefined,
  clientId: 'app',
  scope: 'openid',
  pushedAuthorization: 'auto',
  requestTimeoutMs: 10_000,
  clockToleranceSeconds: 30,
}
const metadata: Metadata = {
  issuer: 'https://id.example',
  authorization_endpoint: 'https://id.example/auth',
}
const parameters: AuthorizationParameters = {
  redirectUri: 'https://app.example/callback/?from=idp',
  scope: 'openid profile',
  statePrefix: 'app.',
  extra: {},
}
const { random } = createFakePlatform()

/** The URL of a request that is not pushed. */
async function build(
  ...[metadata, ...asked]: [Metadata, ...Parameters<typeof buildAuthorizationQuery>]
): Promise<{ url: string } & AuthorizationSecrets> {
  const { query, ...secrets } = await buildAuthorizationQuery(...asked)
  return { url: buildAuthorizationUrl(metadata, query), ...secrets }
}

/** The query that is sent to the authorization endpoint. */
async function queryFor(changes: {
  metadata?: Partial<Metadata>
  settings?: Partial<ProtocolSettings>
  parameters?: Partial<AuthorizationParameters>
}): Promise<URLSearchParams> {
  const { url } = await build(
    { ...metadata, ...changes.metadata },
    { ...settings, ...changes.settings },
    { ...parameters, ...changes.parameters },
    random,
  )
  return new URL(url).searchParams
}

describe('the authorization URL', () => {
  it('asks for a code, with everything that protects it', async () => {
    const { url, state, codeVerifier, nonce } = await build(metadata, settings, parameters, random)
    const { origin, pathname, searchParams } = new URL(url)
    expect(origin + pathname).toBe('https://id.example/auth')
    expect(Object.fromEntries(searchParams)).toEqual({
      response_type: 'code',
      client_id: 'app',
      redirect_uri: 'https://app.example/callback/?from=idp',
      scope: 'openid profile',
      state,
      nonce,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    expect(url).not.toContain(codeVerifier)
  })

  it('makes the challenge of RFC 7636 Appendix B from its verifier', async () => {
    const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
    const bytes = [new Uint8Array(32), new Uint8Array(32), decodeBase64url(verifier)]
    const { url, codeVerifier } = await build(
      metadata,
      settings,
      parameters,
      createFakePlatform({ bytes }).random,
    )
    expect(codeVerifier).toBe(verifier)
    const { searchParams } = new URL(url)
    expect(searchParams.get('code_challenge')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')
    expect(searchParams.get('code_challenge_method')).toBe('S256')
  })

  it('uses S256 whatever the metadata says of methods (RFC 7636 §7.2)', async () => {
    const query = await queryFor({ metadata: { code_challenge_methods_supported: ['plain'] } })
    expect(query.get('code_challenge_method')).toBe('S256')
  })

  it('keeps the query that the endpoint already has (RFC 6749 §3.1)', async () => {
    const authorization_endpoint = 'https://id.example/auth?tenant=1&empty='
    const query = await queryFor({ metadata: { authorization_endpoint } })
    expect(query.get('tenant')).toBe('1')
    expect(query.get('empty')).toBe('')
    expect(query.get('client_id')).toBe('app')
  })

  it('has each protocol parameter once, should the endpoint have one already (RFC 6749 §3.1)', async () => {
    const authorization_endpoint = 'https://id.example/auth?response_type=token&state=old'
    const query = await queryFor({ metadata: { authorization_endpoint } })
    expect(query.getAll('response_type')).toEqual(['code'])
    expect(query.getAll('state')).toHaveLength(1)
  })

  it('adds extra parameters but lets none replace what the protocol sets', async () => {
    const extra = {
      audience: 'https://api.example',
      client_id: 'evil',
      response_type: 'token',
      redirect_uri: 'https://evil.example',
      scope: 'evil',
      state: 'evil',
      nonce: 'evil',
      code_challenge: 'evil',
      code_challenge_method: 'plain',
    }
    const query = await queryFor({ parameters: { extra } })
    expect(query.get('audience')).toBe('https://api.example')
    expect(query.get('response_type')).toBe('code')
    expect(query.get('code_challenge_method')).toBe('S256')
    expect([...query.values()]).not.toContain('evil')
    expect(query.size).toBe(9)
  })

  it('leaves empty values out', async () => {
    const query = await queryFor({ parameters: { scope: '', extra: { prompt: undefined, login_hint: '' } } })
    expect(query.has('prompt')).toBe(false)
    expect(query.has('login_hint')).toBe(false)
    expect(query.has('scope')).toBe(false)
  })

  it('sends no nonce where no ID token is due', async () => {
    const query = await queryFor({
      settings: { protocol: 'oauth2' },
      parameters: { extra: { nonce: 'evil' } },
    })
    expect(query.has('nonce')).toBe(false)
    expect(query.has('code_challenge')).toBe(true)
  })

  it.each([
    ['missing_endpoint', undefined],
    ['missing_endpoint', '/auth'],
    ['insecure_endpoint', 'http://id.example/auth'],
    ['insecure_endpoint', 'https://id.example/auth#part'],
    ['insecure_endpoint', 'javascript:alert(1)'],
  ])('is refused as %s where the endpoint is %s', async (code, authorization_endpoint) => {
    const wrong = { issuer: 'https://id.example', ...(authorization_endpoint && { authorization_endpoint }) }
    await expect(build(wrong, settings, parameters, random)).rejects.toMatchObject({
      name: 'ConfigurationError',
      code,
    })
  })
})

describe('verifier, state and nonce', () => {
  it('are 256 random bits each, URL-safe, and never the same twice', async () => {
    const seen = new Set<string>()
    const rounds = 1000
    for (let round = 0; round < rounds; round++) {
      const { state, codeVerifier, nonce } = await build(metadata, settings, parameters, random)
      expect(state).toMatch(/^app\.[\w-]{43}$/)
      // RFC 7636 §4.1: 43 to 128 unreserved characters.
      expect(codeVerifier).toMatch(/^[\w-]{43}$/)
      expect(nonce).toMatch(/^[\w-]{43}$/)
      for (const value of [state.slice('app.'.length), codeVerifier, nonce]) seen.add(value)
    }
    expect(seen.size).toBe(3 * rounds)
  })
})
