import { describe, expect, it } from 'vitest'
import { isSameApi, isWithin, joinScopes, normalizeTarget } from './token-target.ts'

describe('what a token is asked for', () => {
  it('is the session’s own token where nothing is said', () => {
    expect(normalizeTarget({})).toBeUndefined()
    expect(normalizeTarget({ resource: undefined, audience: undefined, scope: undefined })).toBeUndefined()
  })

  it.each([{ resource: 'urn:api' }, { audience: 'orders' }, { scope: 'read' }])(
    'is what is said, and nothing beside it: %j',
    (target) => {
      const nothing = { resource: undefined, audience: undefined, scope: undefined }
      expect(normalizeTarget({ ...nothing, ...target })).toStrictEqual(target)
    },
  )

  it('is the same however the words of its scope stand, and how often', () => {
    const one = normalizeTarget({ resource: 'urn:api', scope: 'write  read' })
    expect(one).toEqual({ resource: 'urn:api', scope: 'read write' })
    expect(normalizeTarget({ scope: 'read write read', resource: 'urn:api' })).toEqual(one)
    expect(JSON.stringify(normalizeTarget({ scope: 'write read', audience: 'a', resource: 'r' }))).toBe(
      JSON.stringify({ resource: 'r', audience: 'a', scope: 'read write' }),
    )
  })

  it.each([
    [{}, {}, true],
    [{ resource: 'urn:a', scope: 'x' }, { resource: 'urn:a', scope: 'y' }, true],
    [{ resource: 'urn:a' }, { resource: 'urn:b' }, false],
    [{ resource: 'urn:a' }, {}, false],
    [{ resource: 'urn:a' }, { audience: 'urn:a' }, false],
    [{ audience: 'a' }, { audience: 'b' }, false],
  ])('%j is for the same API as %j: %s', (one, other, isSame) => {
    expect(isSameApi(one, other)).toBe(isSame)
    expect(isSameApi(other, one)).toBe(isSame)
  })

  it.each([
    ['read', 'read write', true],
    ['write read', 'read write', true],
    ['', 'read', true],
    [undefined, undefined, true],
    ['read', undefined, false],
    ['rea', 'read', false],
    ['read write', 'read', false],
  ])('%s is within %s: %s', (scope, wider, isIn) => {
    expect(isWithin(scope, wider)).toBe(isIn)
  })

  it('joins scopes, each word once, in the order in which they come', () => {
    expect(joinScopes('openid b', undefined, ' a  b ', '')).toBe('openid b a')
    expect(joinScopes(undefined)).toBe('')
  })
})
