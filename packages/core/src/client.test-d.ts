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
expectTypeOf(plain.identifiedBy).toEqualTypeOf<readonly string[]>()
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

// A server without OpenID Connect: nobody, or whom the app says it is.
const server = {
  clientId: 'app',
  redirectUri: '/callback',
  endpoints: { authorization: 'https://id.example/auth', token: 'https://id.example/token' },
}
expectTypeOf(createAuthClient(server)).toEqualTypeOf<AuthClient<undefined>>()
const loaded = createAuthClient({
  ...server,
  async loadUser(accessToken, fetch) {
    expectTypeOf(accessToken).toEqualTypeOf<string>()
    const response = await fetch('https://id.example/user')
    const { id } = (await response.json()) as { id: number }
    return { sub: String(id), id }
  },
})
expectTypeOf(loaded).toEqualTypeOf<AuthClient<{ sub: string; id: number }>>()
expectTypeOf(loaded.refreshUser()).toEqualTypeOf<Promise<{ sub: string; id: number }>>()
expectTypeOf(
  createAuthClient({
    ...server,
    loadUser: async (_, fetch) => (await fetch('https://id.example/user')).json(),
    claims: z.object({ sub: z.string(), roles: z.array(z.enum(['reader', 'editor'])) }),
  }),
).toEqualTypeOf<AuthClient<Member>>()

// @ts-expect-error Nobody can be told apart without `sub`.
createAuthClient({ ...server, loadUser: async () => ({ id: 7 }) })
// @ts-expect-error With OpenID Connect the provider says who it is.
createAuthClient({ ...options, loadUser: async () => ({ sub: '7' }) })
// @ts-expect-error Without it there is no UserInfo.
createAuthClient({ ...server, userInfo: true })
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
