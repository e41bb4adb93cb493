import type { AnyAuthError } from '../errors.ts'
import type { Keeper, Session } from '../keeper/keeper.ts'
import type { Clock, KeyValueStore } from '../platform/ports.ts'
import type { SessionRecordStore } from '../session-record.ts'
import type { AuthEvent, AuthState } from '../state.ts'
import type { Store } from '../store.ts'
import { climbLadder, type RungReport } from './ladder.ts'
import type { Rung } from './rung.ts'

/** What getting a session back works with. */
export interface RestorationContext<TUser> {
  readonly clock: Clock
  readonly keeper: Keeper
  readonly record: SessionRecordStore
  readonly store: Store<AuthState<TUser>, AuthEvent<TUser>>
  /** In the order in which they are climbed. */
  readonly rungs: readonly Rung[]
  /** Where it is kept that the provider was asked by a redirect. */
  readonly asked: { readonly store: KeyValueStore; readonly key: string }
  userOf(session: Session): TUser
  isSignedOut(): boolean
}

/** Gets a session back that is not in this page. */
export interface Restoration {
  /** After a (re)load, and again when what kept it from working is over. Called meanwhile, it is the same climb. */
  restore(): Promise<void>
  /** Another tab has signed in. */
  adopt(): Promise<void>
  /** The provider ended the session: asks it, where nobody sees it, whether it has another for this person. */
  recover(error: AnyAuthError | undefined): Promise<Session | undefined>
  /** What the last climb tried, and what came of it. */
  report(): readonly RungReport[]
}

/** Whatever hangs: so long a page may stay undecided. */
const longestUndecidedMs = 3000

/** Makes a {@link Restoration}. */
export function createRestoration<TUser>(context: RestorationContext<TUser>): Restoration {
  const { clock, keeper, record, store, rungs, asked, userOf, isSignedOut } = context
  let climbing: Promise<void> | undefined
  let reports: RungReport[] = []

  function found(session: Session, where: 'restored' | 'signed_in_elsewhere'): void {
    asked.store.remove(asked.key)
    store.dispatch({ type: 'signed_in', user: userOf(session), found: where })
  }

  /** Nothing is left to look for, until somebody signs in again. */
  function forget(epoch: number): void {
    const known = record.read()
    if (known.epoch === epoch) record.write({ ...known, status: 'ended' })
    store.dispatch({ type: 'nothing_found', reason: isSignedOut() ? 'signed_out' : 'no_session' })
  }

  async function climb(): Promise<void> {
    const { epoch } = record.read()
    reports = []
    store.dispatch({ type: 'restore_started' })
    const cancel = clock.setTimer(longestUndecidedMs, () => store.dispatch({ type: 'restore_timed_out' }))
    const end = await climbLadder(rungs, clock, (report) => reports.push(report)).finally(cancel)
    switch (end.outcome) {
      case 'restored':
        return found(end.session, 'restored')
      case 'failed':
        return store.dispatch({ type: 'restore_failed', error: end.error })
      case 'leaving':
        return
      default:
        return forget(epoch)
    }
  }

  return {
    restore() {
      climbing ??= climb().finally(() => {
        climbing = undefined
      })
      return climbing
    },
    async adopt() {
      const session = await keeper.restore()
      if (session) found(session, 'signed_in_elsewhere')
    },
    async recover(error) {
      // Somebody else's tokens, or a sign-out, are not to be argued with.
      if (error?.code !== 'session_ended' && error?.code !== 'session_expired') return undefined
      reports = []
      const frame = rungs.filter(({ name }) => name === 'frame')
      const end = await climbLadder(frame, clock, (report) => reports.push(report))
      return end.outcome === 'restored' ? end.session : undefined
    },
    report: () => reports,
  }
}
