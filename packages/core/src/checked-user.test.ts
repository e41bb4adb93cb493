import { describe, expect, it } from 'vitest'
import { checkedUser } from './checked-user.ts'
import { AuthError } from './errors.ts'
import type { Session } from './keeper/keeper.ts'
import type { StandardSchema, StandardSchemaIssue } from './standard-schema.ts'

const session: Session = {
  epoch: 1.5,
  claims: { iss: 'https://id.example', sub: 'alice', aud: 'app', exp: 1, iat: 1 },
  scope: 'openid',
  accessTokenExpiresAt: undefined,
  hasRefreshToken: false,
}

/** A schema that finds this. */
const finds = (
  found: ReturnType<StandardSchema<unknown>['~standard']['validate']>,
): StandardSchema<unknown> => ({
  '~standard': { version: 1, vendor: 'own', validate: () => found },
})

/** What whoever develops the app is told. */
function refusalOf(schema: StandardSchema<unknown>): string {
  try {
    checkedUser(session, schema)
  } catch (error) {
    expect(error).toBeInstanceOf(AuthError)
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'claims_rejected' })
    return (error as AuthError).message
  }
  throw new Error('It was not refused.')
}

describe('what does not fit option "claims"', () => {
  it.each<[path: StandardSchemaIssue['path'], place: string]>([
    [['roles', 0, 'name'], 'at "roles[0].name": '],
    [[{ key: 'address' }, { key: 'country' }], 'at "address.country": '],
    [[0], 'at "[0]": '],
    [[Symbol('mark')], 'at "Symbol(mark)": '],
  ])('is told with its path as code would have it: %o', (path, place) => {
    expect(refusalOf(finds({ issues: [{ message: 'Wrong', path }] }))).toContain(`: ${place}Wrong.`)
  })

  it('is told without one where it is the whole', () => {
    for (const issue of [{ message: 'Wrong' }, { message: 'Wrong', path: [] }])
      expect(refusalOf(finds({ issues: [issue] }))).toContain('"claims": Wrong.')
  })

  it('is told as far as anybody reads', () => {
    const issues = ['first', 'second', 'third', 'fourth'].map((name) => ({ message: 'Wrong', path: [name] }))
    const message = refusalOf(finds({ issues }))
    expect(message).toContain('at "first": Wrong; at "second": Wrong; at "third": Wrong.')
    expect(message).not.toContain('fourth')
  })

  it.each([null, undefined, { name: 'Alice' }])('is what makes somebody else of the person: %j', (value) => {
    expect(refusalOf(finds({ value }))).toContain('at "sub": it must come out')
  })
})
