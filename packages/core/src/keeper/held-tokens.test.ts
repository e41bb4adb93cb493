import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../test/manual-clock.ts'
import { remainingMs } from '../protocol/token-set.ts'
import {
  describeSession,
  type HeldTokens,
  isNewer,
  isSamePerson,
  lend,
  packTokens,
  unpackTokens,
} from './held-tokens.ts'

const clock = createManualClock()

function held(part: Partial<HeldTokens> = {}, tokens: Partial<HeldTokens['tokens']> = {}): HeldTokens {
  const requestedAt = clock.now()
  return {
    tokens: {
      accessToken: 'access',
      tokenType: 'bearer',
      refreshToken: 'refresh',
      requestedAt,
      expiresAt: requestedAt.epochMs + 300_000,
      scope: 'openid',
      claims: { iss: 'https://id.example', sub: 'alice', aud: 'app', exp: 0, iat: 0 },
      ...tokens,
    },
    epoch: 2.5,
    refreshes: 3,
    rotation: 3,
    isLent: false,
    ...part,
  }
}

describe('tokens from another tab', () => {
  it.each<[what: string, one: Partial<HeldTokens>, isNew: boolean]>([
    ['of a later sign-in', { epoch: 2.6, refreshes: 0 }, true],
    ['of an earlier sign-in, however often refreshed', { epoch: 1.5, refreshes: 99 }, false],
    ['refreshed more often', { refreshes: 4 }, true],
    ['refreshed less often', { refreshes: 2 }, false],
    ['that are the same', {}, false],
    ['that are the same, but only lent', { isLent: true }, false],
  ])('%s replace what is held here, or not', (_what, one, isNew) => {
    expect(isNewer(held(one), held())).toBe(isNew)
  })

  it('replace nothing at all, and what was only lent', () => {
    expect(isNewer(held(), undefined)).toBe(true)
    expect(isNewer(held(), held({ isLent: true }))).toBe(true)
  })

  it('are of the same person where the subject is, or the sign-in', () => {
    expect(isSamePerson(held(), held({ epoch: 3.5 }))).toBe(true)
    const nameless = held({}, {})
    const { claims: _, ...tokens } = nameless.tokens
    const noOne = { ...nameless, tokens }
    expect(isSamePerson(noOne, noOne)).toBe(true)
    expect(isSamePerson(noOne, { ...noOne, epoch: 3.5 })).toBe(false)
    const bob = { iss: 'https://id.example', sub: 'bob', aud: 'app', exp: 0, iat: 0 }
    expect(isSamePerson(held(), held({ epoch: 3.5 }, { claims: bob }))).toBe(false)
  })
})

describe('lent tokens', () => {
  it('come without the refresh token, and count as renewable all the same', () => {
    const lent = lend(held())
    expect(JSON.stringify(lent)).not.toContain('"refresh"')
    expect(lent.isLent).toBe(true)
    expect(describeSession(lent).hasRefreshToken).toBe(true)
    expect(lend(lent).isLent).toBe(true)
  })

  it('that nobody can refresh are as good there as here', () => {
    const { refreshToken: _, ...tokens } = held().tokens
    const lent = lend({ ...held(), tokens })
    expect(lent.isLent).toBe(false)
    expect(describeSession(lent).hasRefreshToken).toBe(false)
  })
})

describe('packed tokens', () => {
  it('have the same time left in a page whose monotonic clock began elsewhere', async () => {
    const here = createManualClock()
    const requestedAt = here.now()
    const packed = packTokens(held({}, { requestedAt, expiresAt: requestedAt.epochMs + 300_000 }))
    await here.advance(100_000)
    const there = { ...here, now: () => ({ ...here.now(), monotonicMs: 5 }) }
    const tokens = unpackTokens(packed, there)?.tokens
    expect(tokens && remainingMs(tokens, there)).toBe(200_000)
  })

  it.each<[what: string, value: unknown]>([
    ['null', null],
    ['a text', 'tokens'],
    ['a list', []],
    ['without an epoch', { ...held(), epoch: undefined }],
    ['of text for a rotation', { ...held(), rotation: '3' }],
    ['without tokens', { ...held(), tokens: undefined }],
    ['without an access token', held({}, { accessToken: undefined as never })],
    ['of another type', held({}, { tokenType: 'mac' as never })],
    ['with a refresh token that is no text', held({}, { refreshToken: 7 as never })],
    ['with a lifetime that is text', held({}, { expiresAt: 'soon' as never })],
    ['from no known moment', held({}, { requestedAt: {} as never })],
  ])('are not taken where they are %s', (_what, value) => {
    expect(unpackTokens(JSON.stringify(value), clock)).toBeUndefined()
  })
})
