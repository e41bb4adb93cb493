import { type } from 'arktype'
import * as v from 'valibot'
import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import { type AuthClient, createAuthClient, type User } from './index.ts'

const options = { issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback' }

interface Member {
  sub: string
  roles: ('reader' | 'editor')[]
}

// Without a schema: the standard claims, and unknown beyond.
const plain = createAuthClient(options)
expectTypeOf(plain).toEqualTypeOf<AuthClient<User>>()
const { user } = plain.getState()
expectTypeOf(user?.email_verified).toEqualTypeOf<boolean | undefined>()
expectTypeOf(user?.department).toEqualTypeOf<unknown>()

// With one: what comes out of it.
expectTypeOf(
  createAuthClient({
    ...options,
    claims: z.object({ sub: z.string(), roles: z.array(z.enum(['reader', 'editor'])) }),
  }),
).toEqualTypeOf<AuthClient<Member>>()
expectTypeOf(
  createAuthClient({
    ...options,
    claims: v.object({ sub: v.string(), roles: v.array(v.picklist(['reader', 'editor'])) }),
  }),
).toEqualTypeOf<AuthClient<Member>>()
expectTypeOf(
  createAuthClient({ ...options, claims: type({ sub: 'string', roles: "('reader' | 'editor')[]" }) }),
).toEqualTypeOf<AuthClient<Member>>()
expectTypeOf(
  createAuthClient({
    ...options,
    claims: z
      .object({ sub: z.string(), born: z.string() })
      .transform(({ sub, born }) => ({ sub, age: born.length })),
  }).getState().user,
).toEqualTypeOf<{ sub: string; age: number } | undefined>()

// @ts-expect-error Without `sub` nobody knows whose data it is.
createAuthClient({ ...options, claims: z.object({ name: z.string() }) })
// @ts-expect-error No schema.
createAuthClient({ ...options, claims: { roles: 'string' } })
// @ts-expect-error There are no claims without OpenID Connect.
createAuthClient({
  clientId: 'app',
  redirectUri: '/callback',
  endpoints: { authorization: 'https://id.example/auth', token: 'https://id.example/token' },
  claims: z.object({ sub: z.string() }),
})
