import { describe, expect, it } from 'vitest'
import type { Session } from './keeper/keeper.ts'
import { sessionEndsAt } from './session-end.ts'

const minuteMs = 60_000
const session = (known: Partial<Session>, claims?: Record<string, unknown>): Session => ({
  epoch: 1.5,
  claims:
    claims && ({ iss: 'https://id.example', sub: 'alice', aud: 'app', exp: 0, iat: 0, ...claims } as const),
  scope: 'openid',
  accessTokenExpiresAt: 5 * minuteMs,
  hasRefreshToken: false,
  ...known,
})

describe('the moment at which a session ends by itself', () => {
  it.each<[string, Session, boolean, number | undefined]>([
    ['the access token’s, where nothing renews it', session({}), false, 5 * minuteMs],
    ['unknown, where a refresh token renews it', session({ hasRefreshToken: true }), false, undefined],
    ['unknown, where the provider can be asked in a frame', session({}), true, undefined],
    ['unknown, where the token’s end is', session({ accessTokenExpiresAt: undefined }), false, undefined],
    ['what the provider says', session({ hasRefreshToken: true }, { session_expiry: 60 }), true, minuteMs],
    ['the earlier of the two', session({}, { session_expiry: 3600 }), false, 5 * minuteMs],
    [
      'by this device’s clock, though it is slow',
      session({ hasRefreshToken: true, clockSkewSeconds: 40 }, { session_expiry: 60 }),
      false,
      20_000,
    ],
    [
      'not a number without an end',
      session({ hasRefreshToken: true }, { session_expiry: Number.POSITIVE_INFINITY }),
      false,
      undefined,
    ],
    [
      'not what no number says',
      session({ hasRefreshToken: true }, { session_expiry: 'soon' }),
      false,
      undefined,
    ],
  ])('is %s', (_, known, canAskInFrame, expected) => {
    expect(sessionEndsAt(known, { canAskInFrame })).toBe(expected)
  })
})
