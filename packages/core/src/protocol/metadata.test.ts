import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AuthError } from '../errors.ts'
import { metadataFromEndpoints, parseMetadata, requireEndpoint } from './metadata.ts'
import { isSecureUrl } from './secure-url.ts'
import type { ProtocolSettings } from './settings.ts'

const issuer = 'https://id.example'
const settings: ProtocolSettings = {
  protocol: 'oidc',
  issuer,
  endpoints: undefined,
  clientId: 'app',
  scope: 'openid',
  pushedAuthorization: 'auto',
  requestTimeoutMs: 10_000,
  clockToleranceSeconds: 30,
}
const document = {
  issuer,
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
}

describe('a metadata document', () => {
  it('is taken with whatever else it says', () => {
    expect(parseMetadata({ ...document, ui_locales_supported: ['de'] }, settings)).toMatchObject({
      ...document,
      ui_locales_supported: ['de'],
    })
  })

  it.each([[undefined], [null], ['text'], [7], [[]], [[document]]])('cannot be %j', (wrong) => {
    expect(() => parseMetadata(wrong, settings)).toThrow(
      expect.objectContaining({ name: 'ProtocolError', code: 'invalid_metadata' }),
    )
  })

  it.each([
    ['https://id.example', 'https://id.example/'],
    ['https://id.example/', 'https://id.example'],
    ['https://id.example', 'https://ID.example'],
    ['https://id.example', 'HTTPS://id.example'],
    ['https://id.example', 'https://id.example:443'],
    ['https://id.example', 'https://id.exampleINVALID'],
    ['https://id.example', 'https://id.example/t1'],
    ['https://id.example', 'https://evil.example'],
    ['https://id.example/t1', 'https://id.example/T1'],
    ['https://id.example/a%20b', 'https://id.example/a b'],
    ['https://id.example', undefined],
    ['https://id.example', null],
    ['https://id.example', ['https://id.example']],
  ])('of issuer %s may not say %j (Discovery §4.3, RFC 8414 §3.3)', (expected, found) => {
    expect(() => parseMetadata({ ...document, issuer: found }, { ...settings, issuer: expected })).toThrow(
      expect.objectContaining({ name: 'ProtocolError', code: 'issuer_mismatch' }),
    )
  })

  it('of another issuer is refused with both spellings, for the developer to copy', () => {
    expect(() => parseMetadata({ ...document, issuer: `${issuer}/` }, settings)).toThrow(
      /"https:\/\/id\.example\/".*"https:\/\/id\.example"/,
    )
  })

  it.each(['authorization_endpoint', 'token_endpoint', 'jwks_uri'])('must have a usable %s', (name) => {
    for (const value of [undefined, null, '', '/path', 7, {}, ['https://id.example/x']]) {
      expect(() => parseMetadata({ ...document, [name]: value }, settings)).toThrow(
        expect.objectContaining({ code: 'missing_endpoint', message: expect.stringContaining(name) }),
      )
    }
    for (const value of [
      'http://id.example/x',
      'https://id.example/x#y',
      'javascript:alert(1)',
      'ftp://id.example',
    ]) {
      expect(() => parseMetadata({ ...document, [name]: value }, settings)).toThrow(
        expect.objectContaining({ code: 'insecure_endpoint', message: expect.stringContaining(name) }),
      )
    }
  })

  it('needs no jwks_uri where there is no ID token', () => {
    const { jwks_uri, ...rest } = document
    expect(parseMetadata(rest, { ...settings, protocol: 'oauth2' })).toMatchObject(rest)
    expect(() => parseMetadata(rest, settings)).toThrow(expect.objectContaining({ code: 'missing_endpoint' }))
  })

  it('may have http endpoints on loopback', () => {
    const local = { ...document, token_endpoint: 'http://127.0.0.1:3000/token' }
    expect(parseMetadata(local, settings).token_endpoint).toBe('http://127.0.0.1:3000/token')
  })

  it.each([[[]], [['plain']], [['s256']]])(
    'that lists %j for PKCE is refused (RFC 9700 §2.1.1)',
    (methods) => {
      const listed = { ...document, code_challenge_methods_supported: methods }
      expect(() => parseMetadata(listed, settings)).toThrow(
        expect.objectContaining({ name: 'ConfigurationError', code: 'pkce_unsupported' }),
      )
    },
  )

  it('that lists for PKCE what has no name is refused with an error of ours', () => {
    const listed = { ...document, code_challenge_methods_supported: [{ toString: 1 }, [[]], 'plain'] }
    expect(() => parseMetadata(listed, settings)).toThrow(
      expect.objectContaining({
        code: 'pkce_unsupported',
        message: expect.stringContaining('(it lists: plain)'),
      }),
    )
  })

  it.each([[undefined], [['S256']], [['plain', 'S256']]])('that lists %j for PKCE is taken', (methods) => {
    const listed = { ...document, code_challenge_methods_supported: methods }
    expect(parseMetadata(listed, settings).issuer).toBe(issuer)
  })

  it.each([
    [undefined, ['RS256']],
    ['ES256', ['RS256']],
    [
      ['none', 'HS256', 'ES256', 'HS512', 'RS256'],
      ['ES256', 'RS256'],
    ],
    [['none'], []],
    [
      ['PS512', 'EdDSA', 'Ed25519', 'ES256K', 7],
      ['PS512', 'EdDSA', 'Ed25519'],
    ],
  ])('that lists %j for ID tokens allows %j (RFC 8725 §3.1, Core §3.1.3.7 item 7)', (listed, allowed) => {
    const metadata = parseMetadata({ ...document, id_token_signing_alg_values_supported: listed }, settings)
    expect(metadata.id_token_signing_alg_values_supported).toEqual(allowed)
  })

  it('is either refused with an error of ours or safe to use, whatever JSON it is', () => {
    const anything = fc.jsonValue()
    const almostRight = fc.record(
      {
        issuer: fc.oneof(fc.constant(issuer), anything),
        authorization_endpoint: fc.oneof(fc.constant(document.authorization_endpoint), fc.webUrl(), anything),
        token_endpoint: fc.oneof(fc.constant(document.token_endpoint), fc.webUrl(), anything),
        jwks_uri: fc.oneof(fc.constant(document.jwks_uri), fc.webUrl(), anything),
        code_challenge_methods_supported: fc.oneof(fc.constant(['S256']), anything),
        id_token_signing_alg_values_supported: fc.oneof(
          fc.array(fc.constantFrom('none', 'ES256', 'HS256')),
          anything,
        ),
      },
      { requiredKeys: [] },
    )
    let taken = 0
    fc.assert(
      fc.property(
        fc.oneof(
          anything,
          almostRight,
          almostRight.map((some) => ({ ...document, ...some })),
        ),
        (value) => {
          try {
            const metadata = parseMetadata(value, settings)
            taken++
            expect(metadata.issuer).toBe(issuer)
            expect(isSecureUrl(new URL(metadata.token_endpoint ?? ''))).toBe(true)
            expect(metadata.id_token_signing_alg_values_supported?.join()).not.toMatch(/none|HS/)
          } catch (error) {
            if (!(error instanceof AuthError)) throw error
          }
        },
      ),
      { numRuns: 300 },
    )
    expect(taken).toBeGreaterThan(0)
  })
})

describe('endpoints by hand', () => {
  it('become metadata, with the algorithms that prove something', () => {
    const metadata = metadataFromEndpoints({
      ...settings,
      endpoints: {
        authorization: `${issuer}/a`,
        token: `${issuer}/t`,
        jwks: `${issuer}/j`,
        revocation: `${issuer}/r`,
        endSession: `${issuer}/e`,
      },
    })
    expect(metadata).toMatchObject({
      issuer,
      authorization_endpoint: `${issuer}/a`,
      token_endpoint: `${issuer}/t`,
      jwks_uri: `${issuer}/j`,
      revocation_endpoint: `${issuer}/r`,
      end_session_endpoint: `${issuer}/e`,
    })
    expect(metadata.id_token_signing_alg_values_supported?.join()).not.toMatch(/none|HS/)
  })

  it('leave out what was not given', () => {
    const endpoints = { authorization: `${issuer}/a`, token: `${issuer}/t` }
    const metadata = metadataFromEndpoints({ ...settings, protocol: 'oauth2', issuer: undefined, endpoints })
    expect(metadata).not.toHaveProperty('jwks_uri')
    expect(metadata).not.toHaveProperty('revocation_endpoint')
    expect(metadata).not.toHaveProperty('end_session_endpoint')
    // RFC 2606: nothing can ever answer there, and nobody can own it.
    expect(metadata.issuer).toMatch(/\.invalid$/)
  })
})

describe('requireEndpoint', () => {
  it('gives the URL, its query included', () => {
    const metadata = { issuer, token_endpoint: `${issuer}/token?tenant=1` }
    expect(requireEndpoint(metadata, 'token_endpoint').href).toBe('https://id.example/token?tenant=1')
  })

  it('names the endpoint without its query, which may hold what is nobody’s business', () => {
    const metadata = { issuer, token_endpoint: 'http://id.example/token?key=SENTINEL' }
    expect(() => requireEndpoint(metadata, 'token_endpoint')).toThrow(
      /token_endpoint \(http:\/\/id\.example\/token\)/,
    )
  })
})
