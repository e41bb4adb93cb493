import { describe, expect, it } from 'vitest'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { isExpired, lifetimeMs, remainingMs, type TokenSet } from './token-set.ts'

function tokensFor({ clock }: ReturnType<typeof createFakePlatform>, lifetimeSeconds?: number): TokenSet {
  const requestedAt = clock.now()
  return {
    accessToken: 'opaque',
    tokenType: 'bearer',
    scope: 'openid',
    requestedAt,
    ...(lifetimeSeconds !== undefined && { expiresAt: requestedAt.epochMs + lifetimeSeconds * 1000 }),
  }
}

describe('remainingMs', () => {
  it('counts from the start of the request', async () => {
    const platform = createFakePlatform()
    const tokens = tokensFor(platform, 300)
    expect(remainingMs(tokens, platform.clock)).toBe(300_000)
    await platform.advance(299_000)
    expect(remainingMs(tokens, platform.clock)).toBe(1000)
    await platform.advance(2000)
    expect(remainingMs(tokens, platform.clock)).toBe(-1000)
  })

  it('believes the wall clock where the monotonic one stood still, as in sleep', () => {
    const platform = createFakePlatform()
    const tokens = tokensFor(platform, 300)
    platform.setWallClock(platform.clock.now().epochMs + 3_600_000)
    expect(remainingMs(tokens, platform.clock)).toBe(300_000 - 3_600_000)
  })

  it('believes the monotonic clock where the wall clock was set back', async () => {
    const platform = createFakePlatform()
    const tokens = tokensFor(platform, 300)
    await platform.advance(200_000)
    platform.setWallClock(tokens.requestedAt.epochMs - 86_400_000)
    expect(remainingMs(tokens, platform.clock)).toBe(100_000)
  })

  it('never ends where the server gave no lifetime (RFC 6749 §5.1)', async () => {
    const platform = createFakePlatform()
    const tokens = tokensFor(platform)
    await platform.advance(30 * 86_400_000)
    expect(remainingMs(tokens, platform.clock)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('lifetimeMs', () => {
  it('is what the token was born with, however old it is', async () => {
    const platform = createFakePlatform()
    const tokens = tokensFor(platform, 300)
    await platform.advance(1_000_000)
    expect(lifetimeMs(tokens)).toBe(300_000)
    expect(lifetimeMs(tokensFor(platform))).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('isExpired', () => {
  const hourMs = 3_600_000

  it('tells an expired token from a living one', () => {
    expect(isExpired({ expiresAt: Date.now() - 1 })).toBe(true)
    expect(isExpired({ expiresAt: Date.now() + hourMs })).toBe(false)
  })

  it('counts a token that expires within the leeway, in seconds, as expired', () => {
    const tokens = { expiresAt: Date.now() + hourMs }
    expect(isExpired(tokens, 3590)).toBe(false)
    expect(isExpired(tokens, 3601)).toBe(true)
  })

  it('never expires a token whose lifetime the server did not give (RFC 6749 §5.1)', () => {
    expect(isExpired({}, 1e9)).toBe(false)
  })
})
