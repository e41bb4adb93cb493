import { describe, expect, it } from 'vitest'
import { type AuthenticationFacts, isEnough } from './authentication-facts.ts'

const nowMs = 1_800_000_000_000
const facts: AuthenticationFacts = {
  auth_time: 1_800_000_000,
  acr: 'gold',
  clockSkewSeconds: 0,
  toleranceSeconds: 30,
}

describe('how somebody has authenticated (Core §3.1.3.7 items 12 and 13, RFC 9470 §5)', () => {
  it('is enough where nothing is asked, whatever is known of it', () => {
    expect(isEnough(facts, {}, nowMs)).toBe(true)
    expect(isEnough({ clockSkewSeconds: 0, toleranceSeconds: 0 }, {}, nowMs)).toBe(true)
  })

  it('is enough for so many seconds, and for the tolerance, and no longer', () => {
    const isStill = (afterSeconds: number): boolean =>
      isEnough(facts, { maxAge: 60 }, nowMs + afterSeconds * 1000)
    expect([0, 60, 90, 91].map(isStill)).toEqual([true, true, true, false])
  })

  it('is judged by the provider’s clock where the device’s is off', () => {
    const isFresh = (clockSkewSeconds: number, deviceSeconds: number): boolean =>
      isEnough({ ...facts, clockSkewSeconds }, { maxAge: 60 }, nowMs + deviceSeconds * 1000)
    // A day slow: it is later than the device says.
    expect(isFresh(86_400, -86_400)).toBe(true)
    expect(isFresh(86_400, 0)).toBe(false)
    expect(isFresh(-86_400, 86_400)).toBe(true)
  })

  it('is not enough where the provider did not say when', () => {
    const { auth_time: _, ...timeless } = facts
    expect(isEnough(timeless, { maxAge: 1e9 }, nowMs)).toBe(false)
  })

  it('is enough where it was one of the ways that are asked, and recent enough as well', () => {
    expect(isEnough(facts, { acrValues: ['silver', 'gold'] }, nowMs)).toBe(true)
    expect(isEnough(facts, { acrValues: ['silver'] }, nowMs)).toBe(false)
    expect(isEnough(facts, { acrValues: [] }, nowMs)).toBe(false)
    expect(isEnough(facts, { acrValues: ['gold'], maxAge: 60 }, nowMs + 600_000)).toBe(false)
    const { acr: _, ...nameless } = facts
    expect(isEnough(nameless, { acrValues: ['gold'] }, nowMs)).toBe(false)
  })
})
