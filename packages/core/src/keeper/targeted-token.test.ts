import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../test/manual-clock.ts'
import { normalizeTarget, type TokenTarget } from '../protocol/token-target.ts'
import { findToken, type TargetedToken, withToken } from './targeted-token.ts'

const clock = createManualClock()

function token(accessToken: string, target: TokenTarget, scope = '', lifetimeMs = 300_000): TargetedToken {
  const requestedAt = clock.now()
  return {
    accessToken,
    tokenType: 'bearer',
    requestedAt,
    expiresAt: requestedAt.epochMs + lifetimeMs,
    scope,
    target: normalizeTarget(target) as TokenTarget,
  }
}

const own = { ...token('own', {}, 'openid profile') }

function find(targeted: readonly TargetedToken[], target: TokenTarget): string | undefined {
  return findToken({ tokens: own, targeted }, normalizeTarget(target))?.accessToken
}

describe('the token for a target (REF-10)', () => {
  const orders = 'urn:orders'
  const held = [
    token('all orders', { resource: orders }),
    token('read and write', { resource: orders, scope: 'write read' }, 'read write'),
    token('granted in other words', { resource: orders, scope: 'email' }, 'https://scopes/email'),
    token('granted more', { resource: orders, scope: 'list' }, 'list count'),
    token('audience', { audience: orders, scope: 'read' }),
    token('scope alone', { scope: 'invoices' }, 'invoices'),
  ]

  it.each<[string, TokenTarget, string | undefined]>([
    ['nothing: the session’s own', {}, 'own'],
    ['an API', { resource: orders }, 'all orders'],
    ['an API and a scope, in whatever order', { resource: orders, scope: 'read write' }, 'read and write'],
    ['less than was granted', { resource: orders, scope: 'write' }, 'read and write'],
    ['what was granted in other words', { resource: orders, scope: 'email' }, 'granted in other words'],
    ['what was granted beside what was asked', { resource: orders, scope: 'count' }, 'granted more'],
    ['more than was granted', { resource: orders, scope: 'read delete' }, undefined],
    ['another API', { resource: 'urn:invoices' }, undefined],
    ['an API by its other name', { audience: orders, scope: 'read' }, 'audience'],
    ['an API by its other name, and all of it', { audience: orders }, undefined],
    ['a scope that the session has', { scope: 'profile' }, 'own'],
    ['a scope that it has not', { scope: 'profile invoices' }, undefined],
    ['a scope alone', { scope: 'invoices' }, 'scope alone'],
  ])('%s', (_what, target, expected) => {
    expect(find(held, target)).toBe(expected)
  })

  it('is the newest of those that fit', () => {
    const targeted = [
      token('old', { resource: orders, scope: 'read write' }),
      token('new', { resource: orders, scope: 'read' }),
    ]
    expect(find(targeted, { resource: orders, scope: 'read' })).toBe('new')
  })
})

describe('a new token for a target', () => {
  const names = (tokens: readonly TargetedToken[]): string[] => tokens.map(({ accessToken }) => accessToken)

  it('replaces those that it covers, and stands beside the others', () => {
    const before = [
      token('read', { resource: 'urn:a', scope: 'read' }),
      token('all', { resource: 'urn:a' }),
      token('other', { resource: 'urn:b', scope: 'read' }),
    ]
    const next = token('read and write', { resource: 'urn:a', scope: 'read write' })
    expect(names(withToken(before, next, clock))).toEqual(['all', 'other', 'read and write'])
    expect(names(withToken(undefined, next, clock))).toEqual(['read and write'])
  })

  it('takes the place of what has expired', () => {
    const expired = token('expired', { resource: 'urn:b' }, '', 0)
    expect(names(withToken([expired], token('new', { resource: 'urn:a' }), clock))).toEqual(['new'])
  })

  it('keeps the number of them within bounds, the oldest going first', () => {
    let held: readonly TargetedToken[] = []
    for (let index = 0; index < 40; index++)
      held = withToken(held, token(`${index}`, { scope: `s${index}` }), clock)
    expect(held).toHaveLength(32)
    expect(names(held).slice(0, 1)).toEqual(['8'])
    expect(names(held).at(-1)).toBe('39')
  })
})
