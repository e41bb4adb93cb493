import { type AnyAuthError, ProtocolError } from '@latchkey/core'
import { notSignedIn } from '@latchkey/core/internal'
import type { TestSession } from './test-session.ts'

/** What the provider's UserInfo says of the person, where a test has anybody ask it. */
export interface TestUserInfo<TUser> {
  /** Asks it. */
  ask(): Promise<TUser>
  /** What it says from now on. */
  prepare(user: TUser): void
  /** What the next one who asks is told instead. */
  failNext(error: AnyAuthError): void
}

/** Makes a {@link TestUserInfo} that says what is known already. `changed` hears who it is now. */
export function createTestUserInfo<TUser>(
  session: TestSession<TUser>,
  changed: (user: TUser) => void,
): TestUserInfo<TUser> {
  let prepared: { readonly user: TUser } | undefined
  let nextFailure: AnyAuthError | undefined

  return {
    async ask() {
      // It is asked with a token that is good.
      await session.getAccessToken()
      const before = session.current()
      if (!before) throw notSignedIn()
      const failure = nextFailure
      nextFailure = undefined
      if (failure) throw failure
      const user = prepared?.user ?? before.user
      if (subjectOf(user) !== subjectOf(before.user)) throw somebodyElse()
      session.describeAnew(user)
      changed(user)
      return user
    },
    prepare(user) {
      prepared = { user }
    },
    failNext(error) {
      nextFailure = error
    },
  }
}

function subjectOf(user: unknown): unknown {
  return (user as { readonly sub?: unknown } | null | undefined)?.sub
}

/** OpenID Connect Core 1.0 §5.3.2. */
function somebodyElse(): ProtocolError {
  return new ProtocolError(
    'invalid_user_info',
    'UserInfo speaks of another person than the one who is signed in (prepareUserInfo). Nothing of it was used.',
  )
}
