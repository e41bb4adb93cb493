import fc from 'fast-check'
import { createFakePlatform } from '../../test/fake-platform.ts'
import {
  almost,
  almostText,
  hostileJson,
  hostileMessage,
  hostileText,
  jsonText,
} from '../../test/fuzz/hostile.ts'
import { itHolds, must } from '../../test/fuzz/it-holds.ts'
import { unpackTokens, unpackUserInfo } from './packed-tokens.ts'
import { createPersistedSession } from './persisted-session.ts'

const entry = {
  version: 1,
  refreshes: 2,
  rotation: 1,
  refreshToken: 'R',
  keyId: 'K',
  scope: 'openid',
  claims: { iss: 'https://id.example', sub: 'alice' },
  clockSkewSeconds: 5,
  providerSession: { state: 'S', frameUrl: 'https://id.example/session' },
}
const values = fc.oneof(
  hostileMessage,
  fc.constantFrom<unknown>(0, 2, 'http://id.example/session', 'javascript:alert(1)', { sub: 'bob' }),
)

const isAbsentOr = (type: string, value: unknown): boolean => value === undefined || typeof value === type

itHolds(
  'finds at rest whole tokens, or none, and removes what it cannot read (STO-06)',
  {
    of: 'resting-tokens',
    part: 0.5,
    inputs: fc.oneof(
      { weight: 4, arbitrary: almost(entry, values, { names: Object.keys(entry) }) },
      hostileMessage,
    ),
  },
  async (kept) => {
    const store = new Map<string, unknown>([['session.1', kept]])
    const persisted = createPersistedSession(
      {
        kept: {
          get: async (key) => store.get(key),
          set: async (key, value) => void store.set(key, value),
          remove: async (key) => void store.delete(key),
          keys: async () => [...store.keys()],
        },
        forget: () => undefined,
      },
      () => false,
    )
    const read = await persisted.read(1)
    if (!read) return must(kept === undefined || !store.has('session.1'), 'what cannot be read is gone')
    const { tokens, refreshes, rotation } = read
    must(
      [tokens.refreshToken, tokens.keyId, tokens.scope].every((text) => typeof text === 'string'),
      'it is whole',
    )
    must(Number.isFinite(refreshes) && Number.isFinite(rotation), 'it is known how far they have come')
    must(tokens.accessToken === '' && tokens.expiresAt === 0, 'they have to be refreshed first')
    must(tokens.claims === undefined || typeof tokens.claims.sub === 'string', 'it is known whose they are')
    must(isAbsentOr('number', tokens.clockSkewSeconds), 'the clock is off by a number')
    const { frameUrl } = tokens.providerSession ?? {}
    must(frameUrl === undefined || /^https:/i.test(frameUrl.trim()), 'a frame is safe to open')
  },
)

const packed = {
  epoch: 1.5,
  refreshes: 2,
  rotation: 1,
  isLent: false,
  tokens: {
    accessToken: 'A',
    tokenType: 'bearer',
    scope: 'openid',
    requestedAt: { epochMs: 1_799_999_999_000, monotonicMs: 5 },
    expiresAt: 1_800_000_100_000,
    refreshToken: 'R',
    idToken: 'I',
    claims: { iss: 'https://id.example', sub: 'alice', aud: 'app', exp: 1, iat: 1 },
    userInfo: { claims: { sub: 'alice' }, askedAtMs: 1 },
  },
  targeted: [
    {
      accessToken: 'T',
      tokenType: 'bearer',
      scope: 'a',
      requestedAt: { epochMs: 1 },
      target: { scope: 'a' },
    },
  ],
}
const names = [
  'keyId',
  'clockSkewSeconds',
  'providerSession',
  ...Object.keys(packed),
  ...Object.keys(packed.tokens),
]

itHolds(
  'takes from another tab whole tokens, or none (TAB-06)',
  {
    of: 'resting-tokens',
    part: 0.5,
    inputs: fc.oneof(
      { weight: 4, arbitrary: almost(packed, hostileJson, { names }).map(jsonText) },
      almostText(JSON.stringify(packed)),
      hostileText,
    ),
  },
  (text) => {
    const { clock } = createFakePlatform()
    // Whoever reads it drops what is no JSON at all.
    const isJson = (): boolean => {
      try {
        JSON.parse(text)
        return true
      } catch {
        return false
      }
    }
    if (!isJson()) return
    const info = unpackUserInfo(text)
    must(info === undefined || typeof info.claims.sub === 'string', 'it says who')
    const held = unpackTokens(text, clock)
    if (!held) return
    const { tokens, targeted = [] } = held
    must([held.epoch, held.refreshes, held.rotation].every(Number.isFinite), 'it is known where they stand')
    must(
      [tokens, ...targeted].every(
        ({ accessToken, scope }) => typeof accessToken === 'string' && typeof scope === 'string',
      ),
      'they are texts',
    )
    must(
      [tokens, ...targeted].every(
        ({ requestedAt }) => Number.isFinite(requestedAt.epochMs) && Number.isFinite(requestedAt.monotonicMs),
      ),
      'they have an age',
    )
    must(
      [tokens, ...targeted].every(({ expiresAt }) => expiresAt === undefined || Number.isFinite(expiresAt)),
      'they end',
    )
    must(isAbsentOr('string', tokens.refreshToken) && isAbsentOr('string', tokens.keyId), 'these are texts')
    must(isAbsentOr('string', tokens.idToken), 'an ID token is a text')
    must(tokens.claims === undefined || typeof tokens.claims.sub === 'string', 'claims say who')
    must(tokens.userInfo === undefined || typeof tokens.userInfo.claims.sub === 'string', 'it is known who')
  },
)
