import type { AuthClient } from '@latchkey/core'
import { createGuard } from '@latchkey/core/internal'
import { here } from './here.ts'
import { testPage } from './test-page.ts'
import type { TestSearch } from './test-search.ts'
import type { TestSession } from './test-session.ts'
import type { TestSignIn } from './test-sign-in.ts'

type GuardContext<TUser> = Parameters<typeof createGuard<TUser>>[0]

/** What a guard works with. */
export interface TestGuardContext<TUser>
  extends Pick<GuardContext<TUser>, 'failures' | 'getState' | 'isSignedOut'> {
  readonly search: Pick<TestSearch<TUser>, 'decided'>
  readonly session: Pick<TestSession<TUser>, 'satisfies'>
  readonly signIn: Pick<TestSignIn<TUser>, 'automatically'>
}

/** The real guard, on the page of a test. */
export function createTestGuard<TUser>({
  search,
  session,
  signIn,
  ...context
}: TestGuardContext<TUser>): AuthClient<TUser>['requireSession'] {
  const { satisfies } = session
  return createGuard<TUser>({
    ...context,
    page: testPage,
    here,
    engine: standIn<GuardContext<TUser>['engine']>({
      current: () => ({ satisfies }),
      use: (run: (engine: { login: typeof signIn }) => unknown) => run({ login: signIn }),
    }),
    search: standIn<GuardContext<TUser>['search']>({
      decided: search.decided,
      adoptOthers: async () => undefined,
    }),
  })
}

/** As much of a part of the real client as is asked for here. */
function standIn<TPart>(part: object): TPart {
  return part as TPart
}
