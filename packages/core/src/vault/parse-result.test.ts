import { describe, expect, it } from 'vitest'
import { placesIn, withAt } from '../../test/every-place.ts'
import { wholeRecord as record, wholeSession as session } from '../../test/vault-session.ts'
import type { VaultMethod } from './messages.ts'
import { isVaultResult } from './parse-result.ts'

const state = { session, record }

/** What a vault answers, by what it was asked, with everything in it that may be in it. */
const whole = {
  hello: state,
  restore: state,
  authorize: { url: 'https://id.example/auth', state: 's', codeVerifier: 'v', nonce: 'n', keyId: 'k' },
  redeem: state,
  identify: state,
  describe: state,
  getAccessToken: { accessToken: 'A', scope: 'openid', requestedAtMs: 1, expiresAt: 2, epoch: 1.5 },
  send: { url: 'https://api.example/', status: 200, statusText: 'OK', headers: [['a', 'b']] },
  end: {
    url: 'https://id.example/logout',
    isRevoked: true,
    error: { name: 'NetworkError', code: 'timeout', message: 'Late.', status: 503, retryAfterSeconds: 1 },
    record,
  },
  page: state,
} satisfies Partial<Record<VaultMethod, unknown>>
const methods = Object.keys(whole) as (keyof typeof whole)[]
const places = methods.flatMap((method) =>
  placesIn(whole[method]).map((path) => ({ method, path, place: `${method}: ${path.join('.')}` })),
)

describe('what a vault answers', () => {
  it.each(methods)('is read whole: %s', (method) => {
    expect(isVaultResult(method, whole[method])).toBe(true)
  })

  it.each(methods)('is not read where there is nothing: %s', (method) => {
    expect(isVaultResult(method, undefined)).toBe(false)
  })

  it.each(places)('is not read with null in one place ($place)', ({ method, path }) => {
    expect(isVaultResult(method, withAt(whole[method], path, null))).toBe(false)
  })

  it.each(places)('is not read with a function in one place ($place)', ({ method, path }) => {
    const foreign = (): undefined => undefined
    expect(isVaultResult(method, withAt(whole[method], path, foreign))).toBe(false)
  })

  it.each([
    ['hello', ['session']],
    ['restore', ['session', 'claims']],
    ['authorize', ['keyId']],
    ['getAccessToken', ['expiresAt']],
    ['end', ['url']],
    ['end', ['error']],
  ] as const)('may leave out what is optional (%s: %s)', (method, path) => {
    expect(isVaultResult(method, withAt(whole[method], path, undefined))).toBe(true)
  })

  it.each(['ping', 'give_up', 'bye'] as const)('may be anything where nothing is asked: %s', (method) => {
    expect(isVaultResult(method, undefined)).toBe(true)
  })
})
