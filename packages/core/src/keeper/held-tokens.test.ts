import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../test/manual-clock.ts'
import { describeSession, type HeldTokens, isNewer, lend } from './held-tokens.ts'

const clock = createManualClock()

function held(part: Partial<HeldTokens> = {}): HeldTokens {
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

  it('replace nothing that was lent and is newer', () => {
    expect(isNewer(held(), held({ refreshes: 4, isLent: true }))).toBe(false)
  })
})

describe('what may be known of tokens', () => {
  it('is what was granted, and what came of the sign-in, where there is any', () => {
    const about = {
      authorizationDetails: [{ type: 'payment' }],
      providerSession: { state: 'S', frameUrl: 'https://id.example/session' },
      clockSkewSeconds: 7,
    }
    const { tokens } = held()
    const known = describeSession(held())
    expect(describeSession(held({ tokens: { ...tokens, ...about } }))).toEqual({ ...known, ...about })
    for (const name of Object.keys(about)) expect(known).not.toHaveProperty(name)
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
