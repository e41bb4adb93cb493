import type { AnyAuthError, AuthState, Clock, LoginOptions } from '@latchkey/core'
import {
  type AuthEvent,
  requireSubject,
  type SilentAnswer,
  type Store,
  type WindowDemand,
  type WindowHost,
} from '@latchkey/core/internal'
import { here } from './here.ts'
import { testPage } from './test-page.ts'
import type { TestSession } from './test-session.ts'

/** What windows work with. */
export interface TestWindowsContext<TUser> extends Pick<WindowHost, 'events'> {
  readonly store: Store<AuthState<TUser>, AuthEvent<TUser>>
  readonly session: TestSession<TUser>
  readonly clock: Clock
  /** Who signs in as soon as a window is open; undefined where it stays open until the test says more. */
  readonly instant: { readonly user: TUser } | undefined
  /** Notes what was asked for. @throws where it does not get that far */
  setOut(options: LoginOptions): void
}

/** What the person in a window does. */
export type TestWindowAnswer<TUser> = { readonly user: TUser } | { readonly error: AnyAuthError }

/** Windows that are opened for a sign-in, and nobody sees. */
export interface TestWindows<TUser> {
  /** What `@latchkey/core/popup` takes hold of. */
  readonly host: WindowHost
  isOpen(): boolean
  answer(answer: TestWindowAnswer<TUser>): void
  /** The person closes the window. */
  close(): void
  /** From now on none opens. */
  block(): void
}

const state = 'test.window'

interface OpenTestWindow<TUser> {
  answer: TestWindowAnswer<TUser> | undefined
  isSent: boolean
  isClosed: boolean
}

/** Makes {@link TestWindows}, with none open. */
export function createTestWindows<TUser>(context: TestWindowsContext<TUser>): TestWindows<TUser> {
  const { store, session, events, clock, instant, setOut } = context
  let latest: OpenTestWindow<TUser> | undefined
  let isBlocked = false
  let hear: (message: unknown) => void = () => undefined

  /** Says so as soon as there is somebody to hear it. */
  function deliver(): void {
    const url = new URL(`/callback?state=${state}`, here())
    const answer: SilentAnswer = { latchkey: 'silent-callback', url: url.href }
    if (latest?.answer && latest.isSent) hear(answer)
  }

  function finish({ options, expectedSubject }: WindowDemand): void {
    const answer = latest?.answer
    if (!answer) return
    if ('error' in answer) throw answer.error
    const { user } = answer
    requireSubject((user as { readonly sub?: unknown } | undefined)?.sub, expectedSubject)
    const before = store.get()
    session.begin(user, options)
    store.dispatch({ type: 'signed_in', user })
    if (store.get() === before) session.tellRefreshed()
  }

  const host: WindowHost = {
    // Nobody asks: `satisfies` is answered here.
    authentication: () => undefined,
    platform: {
      clock,
      page: testPage,
      openChannel(_, onMessage) {
        hear = onMessage
        return { post: () => undefined, close: () => undefined }
      },
      openWindow() {
        if (isBlocked) return undefined
        const mine: OpenTestWindow<TUser> = { answer: instant, isSent: false, isClosed: false }
        latest = mine
        return {
          go() {
            mine.isSent = true
            deliver()
          },
          whereabouts: () => (mine.isClosed ? 'gone' : mine.isSent ? 'away' : 'here'),
          attention: () => (mine.isClosed ? 'back' : 'elsewhere'),
          onMessage: () => undefined,
          focus: () => undefined,
          close() {
            mine.isClosed = true
          },
        }
      },
    },
    events,
    async begin(_, demand) {
      setOut(demand.options)
      return {
        state,
        url: 'https://id.example.com/',
        finish: async (_, signal) => {
          signal.throwIfAborted()
          finish(demand)
        },
      }
    },
  }

  return {
    host,
    isOpen: () => latest !== undefined && !latest.isClosed,
    answer(answer) {
      if (latest) latest.answer = answer
      deliver()
    },
    // It would be noticed after a while.
    close: () => host.open?.giveUp(),
    block() {
      isBlocked = true
    },
  }
}
