import { describe, expect, it } from 'vitest'
import { type Allowance, isAllowed } from './is-allowed.ts'

const keycloak = { sub: 'a', realm_access: { roles: ['editor'] } }

describe('who may see what is guarded', () => {
  it.each<[string, unknown, Allowance<never>, boolean]>([
    ['anybody, where nothing is asked', undefined, {}, true],
    ['whoever has the role', { roles: ['admin'] }, { roles: ['admin'] }, true],
    ['whoever has one of the roles', { roles: ['b', 'c'] }, { roles: ['a', 'b'] }, true],
    ['nobody without any of them', { roles: ['c'] }, { roles: ['a', 'b'] }, false],
    ['nobody, where no role will do', { roles: ['a'] }, { roles: [] }, false],
    ['whoever has the role as a string', { roles: 'admin' }, { roles: ['admin'] }, true],
    ['whoever has the role in a string of several', { roles: 'user admin' }, { roles: ['admin'] }, true],
    ['nobody by a part of a role’s name', { roles: 'superadmin' }, { roles: ['admin'] }, false],
    ['nobody by a list inside the list', { roles: [['admin']] }, { roles: ['admin'] }, false],
    ['nobody without the claim', { sub: 'a' }, { roles: ['admin'] }, false],
    ['nobody by a claim that is no list', { roles: { admin: true } }, { roles: ['admin'] }, false],
    ['nobody, where there is no person', undefined, { roles: ['admin'] }, false],
    [
      'whoever has it in another claim',
      { 'https://app.example/roles': ['admin'] },
      { roles: ['admin'], rolesClaim: 'https://app.example/roles' },
      true,
    ],
    [
      'whoever has it deeper down',
      keycloak,
      { roles: ['editor'], rolesClaim: ['realm_access', 'roles'] },
      true,
    ],
    ['nobody by a path that leads nowhere', keycloak, { roles: ['editor'], rolesClaim: ['a', 'b'] }, false],
    [
      'nobody by a path through a claim without a value',
      { realm_access: null },
      { roles: ['editor'], rolesClaim: ['realm_access', 'roles'] },
      false,
    ],
    ['nobody by a path into a text', { role: 'a' }, { roles: ['a'], rolesClaim: ['role', '0'] }, false],
    ['nobody by what an object inherits', Object.create({ roles: ['admin'] }), { roles: ['admin'] }, false],
  ])('is %s', (_, user, allowance, expected) => {
    expect(isAllowed(user as never, allowance)).toBe(expected)
  })

  it('is whoever a predicate says, and who has the role as well where both are given', () => {
    const user = { roles: ['admin'], name: 'Alice' }
    const when = ({ name }: { name: string }): boolean => name === 'Alice'
    expect(isAllowed(user, { when })).toBe(true)
    expect(isAllowed({ ...user, name: 'Bob' }, { when })).toBe(false)
    expect(isAllowed(user, { when, roles: ['admin'] })).toBe(true)
    expect(isAllowed(user, { when, roles: ['owner'] })).toBe(false)
  })
})
