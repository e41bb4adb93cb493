import type { AuthClient, User } from '@latchkey/core'
import { createRootRoute, createRoute } from '@tanstack/react-router'
import { expectTypeOf } from 'vitest'
import { requireAuth } from './index.ts'

interface Member extends User {
  readonly department: string
}

declare const auth: AuthClient<Member>

const root = createRootRoute()
const signedIn = requireAuth(auth)

const inline = createRoute({ getParentRoute: () => root, id: 'inline', beforeLoad: requireAuth(auth) })
const made = createRoute({ getParentRoute: () => root, id: 'made', beforeLoad: signedIn })

createRoute({
  getParentRoute: () => inline,
  path: '/below',
  loader: ({ context }) => expectTypeOf(context.user).toEqualTypeOf<Member>(),
})
createRoute({
  getParentRoute: () => made,
  path: '/below',
  loader: ({ context }) => expectTypeOf(context.user).toEqualTypeOf<Member>(),
})
createRoute({
  getParentRoute: () => root,
  path: '/itself',
  beforeLoad: signedIn,
  loader: ({ context }) => {
    expectTypeOf(context.user).toEqualTypeOf<Member>()
    // @ts-expect-error There is no such thing in the context.
    context.token
  },
})
