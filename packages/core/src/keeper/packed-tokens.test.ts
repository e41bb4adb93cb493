import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../test/manual-clock.ts'
import { remainingMs } from '../protocol/token-set.ts'
import type { HeldTokens } from './held-tokens.ts'
import { packTokens, unpackTokens } from './packed-tokens.ts'

const clock = createManualClock()

const whole: HeldTokens = {
  tokens: {
    accessToken: 'access',
    tokenType: 'bearer',
    refreshToken: 'refresh',
    requestedAt: clock.now(),
    expiresAt: clock.now().epochMs + 300_000,
    scope: 'openid',
  },
  epoch: 2.5,
  refreshes: 3,
  rotation: 3,
  isLent: false,
}

/** The same, with other tokens. */
function holding(tokens: Record<string, unknown>): unknown {
  return { ...whole, tokens: { ...whole.tokens, ...tokens } }
}

describe('packed tokens', () => {
  it.each([5, 5_000_000])(
    'have the same time left in a page whose monotonic clock says %d',
    async (monotonicMs) => {
      const here = createManualClock()
      const requestedAt = here.now()
      const lifetime = { requestedAt, expiresAt: requestedAt.epochMs + 300_000 }
      const ofOrders = { accessToken: 'orders', tokenType: 'bearer', scope: '', ...lifetime } as const
      const packed = packTokens({
        ...whole,
        tokens: { ...whole.tokens, ...lifetime },
        targeted: [{ ...ofOrders, target: { resource: 'urn:orders' } }],
      })
      await here.advance(100_000)
      const there = { ...here, now: () => ({ ...here.now(), monotonicMs }) }
      const { tokens, targeted = [] } = unpackTokens(packed, there) ?? {}
      const left = [tokens, ...targeted].map((token) => token && remainingMs(token, there))
      expect(left).toEqual([200_000, 200_000])
    },
  )

  it('are whole again where they arrive', () => {
    expect(unpackTokens(packTokens(whole), clock)).toEqual(whole)
  })

  it.each<[what: string, value: unknown]>([
    ['null', null],
    ['a text', 'tokens'],
    ['a list', []],
    ['without an epoch', { ...whole, epoch: undefined }],
    ['of text for a rotation', { ...whole, rotation: '3' }],
    ['without tokens', { ...whole, tokens: undefined }],
    ['without an access token', holding({ accessToken: undefined })],
    ['of another type', holding({ tokenType: 'mac' })],
    ['with a refresh token that is no text', holding({ refreshToken: 7 })],
    ['with a lifetime that is text', holding({ expiresAt: 'soon' })],
    ['with a clock that is wrong by text', holding({ clockSkewSeconds: '5' })],
    ['with a session of the provider’s that is none', holding({ providerSession: { state: 7 } })],
    [
      'with a page of the provider’s that nobody should open',
      holding({ providerSession: { state: 's', frameUrl: 'javascript:alert(1)' } }),
    ],
    ['from no known moment', holding({ requestedAt: {} })],
  ])('are not taken where they are %s', (_what, value) => {
    expect(unpackTokens(JSON.stringify(value), clock)).toBeUndefined()
  })
})
