import type { AnyAuthError } from '../errors.ts'
import type { Identity } from '../identity.ts'
import type { Keeper, Session } from '../keeper/keeper.ts'
import { noteLost } from '../lost-session.ts'
import type { Settings } from '../options/parse-options.ts'
import type { Clock, KeyValueStore } from '../platform/ports.ts'
import type { SessionRecordStore } from '../session-record.ts'
import { type AuthEvent, type AuthState, isSought } from '../state.ts'
import type { Store } from '../store.ts'
import { limitSearch } from '../until-decided.ts'
import { climbLadder, type RungReport } from './ladder.ts'
import type { Rung } from './rung.ts'

/** What getting a session back works with. */
export interface RestorationContext<TUser> {
  readonly settings: Pick<Settings, 'onSessionLost'>
  readonly clock: Clock
  readonly keeper: Keeper
  readonly record: SessionRecordStore
  readonly store: Store<AuthState<TUser>, AuthEvent<TUser>>
  /** In the order in which they are climbed. */
  readonly rungs: readonly Rung[]
  /** Where it is kept that the provider was asked by a redirect. */
  readonly asked: { readonly store: KeyValueStore; readonly key: string }
  readonly identity: Identity<TUser>
  isSignedOut(): boolean
}

/** Gets a session back that is not in this page. */
export interface Restoration {
  /** After a (re)load, and again when what kept it from working is over. Called meanwhile, it is the same climb. */
  restore(): Promise<void>
  /** Another tab has signed in. @returns whether there is a session now */
  adopt(): Promise<boolean>
  /** The session is over, unless the provider, asked where nobody sees it, has another for this person. */
  recover(error: AnyAuthError | undefined): Promise<Session | undefined>
  /** Nothing is left to look for, until somebody signs in again. @param epoch the sign-in that nothing was found of */
  forget(epoch?: number): void
  /** The session could not be asked for. */
  failed(error: AnyAuthError): void
  /** How it went that the provider was asked by a redirect, on a page before this one. */
  cameBack(report: Pick<RungReport, 'outcome' | 'why'>): void
  /** Whether a session that another tab hands over just now is what is waited for, and told of with how it was found. */
  isFinding(): boolean
  /** What the last climb tried, and what came of it. */
  report(): readonly RungReport[]
}

/** Makes a {@link Restoration}. */
export function createRestoration<TUser>(context: RestorationContext<TUser>): Restoration {
  const { settings, clock, keeper, record, store, rungs, asked, identity, isSignedOut } = context
  let climbing: Promise<void> | undefined
  /** The page came back to life in the middle of a climb, which may have failed for what is over now. */
  let isAskedAgain = false
  let rung: Rung | undefined
  let reports: RungReport[] = []

  function found(session: Session, where: 'restored' | 'signed_in_elsewhere'): void {
    // It may be over by the time it is told of.
    if (!keeper.current()) return
    asked.store.remove(asked.key)
    identity.signedIn(session, where)
  }

  /** Whether whoever was signed in last has signed out, in whatever tab. */
  const isSignedOutAnywhere = (): boolean => record.read().status === 'signed_out'

  function forget(epoch?: number): void {
    noteLost(record, epoch)
    const isOut = isSignedOut() || isSignedOutAnywhere()
    store.dispatch({ type: 'nothing_found', reason: isOut ? 'signed_out' : 'no_session' })
  }

  function failed(error: AnyAuthError): void {
    // It may have failed for that alone.
    if (isSignedOutAnywhere()) forget()
    // Somebody whom the app cannot be shown is no other when looked for once more.
    else
      store.dispatch({ type: error.code === 'claims_rejected' ? 'user_rejected' : 'restore_failed', error })
  }

  const climbFor = (tried: readonly Rung[], isWanted: () => boolean): ReturnType<typeof climbLadder> => {
    const mine: RungReport[] = []
    reports = mine
    return climbLadder(tried, {
      clock,
      isWanted,
      began: (next) => {
        rung = next
      },
      report(report) {
        const known = mine.findIndex(({ rung }) => rung === report.rung)
        mine.splice(known < 0 ? mine.length : known, 1, report)
      },
      foundLate: ({ session }) => found(session, 'restored'),
    })
  }

  async function climb(): Promise<void> {
    const { epoch } = record.read()
    store.dispatch({ type: 'restore_started' })
    const cancel = limitSearch(store, clock)
    // Whoever has signed out in another tab meanwhile is not to be signed straight back in.
    const end = await climbFor(rungs, () => isSought(store.get()) && !isSignedOutAnywhere())
    rung = undefined
    cancel()
    // Whatever another tab handed over meanwhile: this is what is held now, and so what is to be shown.
    if (end.outcome === 'restored') return found(end.session, 'restored')
    // Somebody has signed in or out meanwhile, or the page is being left: what was found out is of no use.
    if (!isSought(store.get())) return
    if (end.outcome === 'failed') failed(end.error)
    // The next page may ask the provider where this one could not: it is not to think the session lost.
    else if (end.outcome !== 'leaving') forget(reports.at(-1)?.why === 'not_now' ? undefined : epoch)
  }

  async function climbUntilQuiet(): Promise<void> {
    do {
      isAskedAgain = false
      await climb()
    } while (isAskedAgain && store.get().reason === 'restore_failed')
  }

  /** A token that nothing can renew has run out, and whether there may be another could not be asked. */
  function putOff(error: AnyAuthError): void {
    const known = record.read()
    if (known.status === 'ended') record.write({ ...known, status: 'signed_in' })
    store.dispatch({ type: 'session_ended', reason: 'restore_failed', error })
  }

  return {
    restore() {
      isAskedAgain = climbing !== undefined
      climbing ??= climbUntilQuiet().finally(() => {
        climbing = undefined
      })
      return climbing
    },
    async adopt() {
      const session = await keeper.restore()
      if (session) found(session, 'signed_in_elsewhere')
      return session !== undefined
    },
    async recover(error) {
      const frame = rungs.filter(({ name }) => name === 'frame')
      const end = await climbFor(frame, () => !keeper.current())
      if (end.outcome === 'restored') return end.session
      // A page that waits for the person in any case is not to be taken away until then.
      const canPutOff = error?.code === 'session_expired' && !settings.onSessionLost
      if (end.outcome === 'failed' && canPutOff && end.error.code !== 'claims_rejected') putOff(end.error)
      return undefined
    },
    forget,
    failed,
    cameBack: (report) => {
      reports = [{ rung: 'redirect', tookMs: undefined, ...report }]
    },
    isFinding: () => rung?.name === 'tab' || rung?.name === 'vault',
    report: () => [...reports],
  }
}
