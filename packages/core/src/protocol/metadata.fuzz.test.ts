import fc from 'fast-check'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { almost, almostText, hostileJson, hostileText, jsonText } from '../../test/fuzz/hostile.ts'
import { itHolds, must } from '../../test/fuzz/it-holds.ts'
import { settlesSafely } from '../../test/fuzz/settles-safely.ts'
import { providerMetadata } from '../../test/provider-metadata.ts'
import { parseOptions } from '../options/parse-options.ts'
import { type Metadata, parseMetadata, requireEndpoint } from './metadata.ts'
import { createProvider } from './provider.ts'
import { loadedExchanges } from './rare-exchanges.ts'

const issuer = 'https://id.example'
const settings = parseOptions({ issuer, clientId: 'app', redirectUri: 'https://app.example/callback' })
const right = {
  ...providerMetadata(issuer, ['ES256', 'none', 'HS256']),
  pushed_authorization_request_endpoint: `${issuer}/par`,
  require_pushed_authorization_requests: false,
  prompt_values_supported: ['none', 'create'],
  check_session_iframe: `${issuer}/session`,
}
const values = fc.oneof(
  hostileJson,
  fc.constantFrom<unknown>(
    'http://id.example/x',
    'https://id.example/x#y',
    'javascript:alert(1)',
    [null],
    [{ toString: 1 }],
    ['plain', { toString: null }],
    ['plain', 'ABYSS'],
    'S256',
    ['none'],
    'true',
  ),
)
const document = almost(right, values, { names: Object.keys(right) })
/** Stored a moment ago. */
const stored = (value: unknown): string => jsonText({ at: 1_800_000_000_000, document: value })

function mustBeUsable(metadata: Metadata): void {
  must(metadata.issuer === issuer, 'it is of the issuer')
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const) {
    const { protocol, hash } = requireEndpoint(metadata, name)
    must(protocol === 'https:' && hash === '', `${name} is safe`)
  }
  const methods: unknown = metadata.code_challenge_methods_supported
  must(!Array.isArray(methods) || methods.includes('S256'), 'it offers S256')
  const algorithms = metadata.id_token_signing_alg_values_supported ?? []
  const isAsymmetric = (name: string): boolean => /^([RPE]S(256|384|512)|EdDSA|Ed25519)$/.test(name)
  must(algorithms.every(isAsymmetric), 'its signatures prove something')
}

itHolds(
  'believes no document but that of the issuer, with safe endpoints, S256 and signatures that prove something (DISC-02, -04, -06)',
  {
    of: 'metadata',
    part: 0.85,
    inputs: fc.oneof({ weight: 4, arbitrary: document }, hostileJson).map(jsonText),
  },
  async (text) => {
    const outcome = await settlesSafely(() => parseMetadata(JSON.parse(text), settings))
    if ('value' in outcome) mustBeUsable(outcome.value)
  },
)

itHolds(
  'starts a sign-in, and ends one, at no unsafe place, whatever comes as the document or lies in the storage (DISC-03)',
  {
    of: 'metadata',
    part: 0.15,
    inputs: fc.record({
      body: fc.oneof(document.map(jsonText), almostText(JSON.stringify(right)), hostileText),
      kept: fc.option(fc.oneof(document.map(stored), almostText(stored(right)))),
      status: fc.constantFrom(200, 200, 200, 200, 404, 500, 301),
    }),
  },
  async ({ body, kept, status }) => {
    const platform = createFakePlatform({
      fetch: async (url) =>
        url.endsWith('/par')
          ? new Response('{"request_uri":"urn:x","expires_in":60}', { status: 201 })
          : new Response(body, { status }),
    })
    if (kept !== null) platform.stored.set('metadata', kept)
    const provider = createProvider({ settings, platform, cacheKey: 'metadata', rare: loadedExchanges })
    const started = await settlesSafely(() =>
      provider.authorize({
        redirectUri: 'https://app.example/callback',
        scope: 'openid',
        statePrefix: 'me.',
        extra: { prompt: 'create' },
      }),
    )
    if ('value' in started) must(started.value.url.startsWith('https://'), 'it starts at a safe place')
    const ended = await settlesSafely(() =>
      provider.endSessionUrl({ idToken: undefined, postLogoutRedirectUri: 'https://app.example/' }),
    )
    if ('value' in ended && ended.value !== undefined)
      must(ended.value.startsWith('https://'), 'it ends at a safe place')
  },
)
