import type { AuthState, Clock } from '@latchkey/core'
import {
  type AuthEvent,
  createMemoryStore,
  createSessionLimits,
  type EventHub,
  type Settings,
  type Store,
} from '@latchkey/core/internal'
import { testPage } from './test-page.ts'
import type { TestSession } from './test-session.ts'

/** What limiting a session of a test works with. */
export interface TestLimitsContext<TUser> {
  readonly settings: Settings
  readonly clock: Clock
  readonly store: Store<AuthState<TUser>, AuthEvent<TUser>>
  readonly events: EventHub<TUser>
  session(): TestSession<TUser>
}

/** How long a session of a test lasts, by the rules of the real one. Nobody does anything but by `extendSession()`. */
export interface TestLimits {
  /** Somebody signs in: all time begins anew. */
  begin(): void
  /** @throws {SignInRequiredError} `idle_timeout` · `session_limit`: the time is up, and the session has ended */
  assertAlive(): void
  endsAt(): number | undefined
  extend(): void
  /** Ends the session in time, until stopped. */
  start(): () => void
}

/** Makes {@link TestLimits}. */
export function createTestLimits<TUser>(context: TestLimitsContext<TUser>): TestLimits {
  const { settings, clock, store, events, session } = context
  const limits =
    settings.limits &&
    createSessionLimits({
      limits: settings.limits,
      platform: { clock, page: testPage, shared: createMemoryStore(), onActivity: () => () => undefined },
      key: 'limits',
      record: { read: recordOfSession },
      isSignedIn: () => store.get().status === 'authenticated',
      onStateChanged: (listener) => store.subscribe(() => listener()),
      end(reason) {
        session().drop()
        store.dispatch({ type: 'signed_out', reason })
      },
      extended: () => events.emit('extended', { sessionEndsAt: endsAt() }),
    })

  /** One sign-in is like another here, and different from none. */
  function recordOfSession(): { epoch: number; status: 'signed_in'; refreshes: number; rotation: number } {
    return { epoch: session().current() ? 1 : 0, status: 'signed_in', refreshes: 0, rotation: 0 }
  }

  function endsAt(): number | undefined {
    const ends = [session().endsAt(), limits?.endsAt()].filter((end) => end !== undefined)
    return ends.length > 0 ? Math.min(...ends) : undefined
  }

  return {
    begin: () => limits?.begin(),
    assertAlive: () => limits?.assertAlive(),
    endsAt,
    extend: () => limits?.extend(),
    start: () => limits?.start() ?? (() => undefined),
  }
}
