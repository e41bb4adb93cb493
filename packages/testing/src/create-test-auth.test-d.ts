import type { AuthClient, User } from '@latchkey/core'
import { expectTypeOf } from 'vitest'
import { createTestAuth, type TestAuth } from './index.ts'

interface Member {
  readonly sub: string
  readonly roles: readonly string[]
}

expectTypeOf(createTestAuth()).toEqualTypeOf<TestAuth<User>>()
expectTypeOf(createTestAuth({ user: { sub: 'alice', roles: ['admin'] } })).toEqualTypeOf<TestAuth<User>>()
expectTypeOf(createTestAuth()).toExtend<AuthClient>()

const member: Member = { sub: 'alice', roles: ['admin'] }
const auth = createTestAuth({ user: member })
expectTypeOf(auth).toEqualTypeOf<TestAuth<Member>>()
expectTypeOf(auth).toExtend<AuthClient<Member>>()
auth.signIn({ sub: 'bob', roles: [] })
// @ts-expect-error: a person of this app has roles
auth.signIn({ sub: 'bob' })
// @ts-expect-error: there is nobody of this type unless one is given
createTestAuth<Member>({ status: 'authenticated' })
// @ts-expect-error: no such option
createTestAuth({ usr: { sub: 'alice' } })
