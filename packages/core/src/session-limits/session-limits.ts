import { SignInRequiredError } from '../errors.ts'
import { onActivity } from '../platform/activity.ts'
import type { Platform } from '../platform/ports.ts'
import { runWhile } from '../run-while.ts'
import type { SessionRecordStore } from '../session-record.ts'
import { createLimitRecordStore, type LimitRecord } from './limit-record.ts'
import type { LimitReason, LimitSettings } from './limit-settings.ts'

/** What limiting a session works with. */
export interface SessionLimitsContext {
  readonly limits: LimitSettings
  readonly platform: Pick<Platform, 'clock' | 'page' | 'shared' | 'onActivity'>
  /** Where the tabs tell each other when somebody last did something. */
  readonly key: string
  readonly record: Pick<SessionRecordStore, 'read'>
  /** Whether somebody is signed in on this page. */
  isSignedIn(): boolean
  /** Tells that this has changed. @returns stops it */
  onStateChanged(listener: () => void): () => void
  /** Ends the session, in every tab. */
  end(reason: LimitReason): void
  /** Somebody asked for the session to go on. */
  extended(): void
}

/** A session that ends when nobody does anything, or when it has lasted long enough, in all tabs alike. */
export interface SessionLimits {
  /** Somebody signed in on this page: all time begins anew. */
  begin(): void
  /** The session was found again without anybody: its time goes on, in what may be another sign-in to the provider. */
  goOn(): void
  /** Ends the session if its time is up. @returns why it is over */
  endIfOver(): LimitReason | undefined
  /** @throws {SignInRequiredError} `idle_timeout` · `session_limit`: the time is up, and the session has ended */
  assertAlive(): void
  /** Why another tab has ended the session just now, if its time was up. */
  endedBecause(): LimitReason | undefined
  /** Milliseconds since the epoch; undefined where nobody is signed in. */
  endsAt(): number | undefined
  /** Somebody asks for the session to go on, which is to do something. */
  extend(): void
  /** Notices what the person does, and ends the session in time, until stopped. Nothing runs while nobody is signed in. */
  start(): () => void
}

/** How often storage is written at most, and how soon a device that slept is noticed. */
const longestStepMs = 5000
/** Of a stream of events, one in this time is enough. */
const noticeEveryMs = 500
/** A page that nobody sees lets one that is seen be the first, which may have to leave for the provider. */
const hiddenGraceMs = 2000
/** By how much the clocks of two tabs' timers may differ. */
const toleranceMs = 3000

/** Makes {@link SessionLimits}. */
export function createSessionLimits(context: SessionLimitsContext): SessionLimits {
  const { limits, platform, key, record, isSignedIn, onStateChanged, end, extended } = context
  const { clock, page, shared } = platform
  const { idleMs, totalMs } = limits
  const store = createLimitRecordStore(shared, key)
  const stepMs = Math.min(longestStepMs, (idleMs ?? Number.POSITIVE_INFINITY) / 4)
  /** When somebody last did something here: stored a little later. */
  let activeAt = 0
  let unknownSince: number | undefined
  let cancelTimer: (() => void) | undefined

  const now = (): number => clock.now().epochMs

  function begin(): void {
    activeAt = now()
    store.write({ epoch: record.read().epoch, startedAt: activeAt, activeAt })
  }

  function goOn(): void {
    const { epoch } = record.read()
    const before = store.read()
    if (before?.epoch === epoch) return
    if (before && !firstLimit(before, now())) store.write({ ...before, epoch })
    else begin()
  }

  /** Of the session that there is. A clock that was set back must not make it last. */
  function known(): LimitRecord | undefined {
    const stored = store.of(record.read().epoch)
    if (!stored) return undefined
    const at = now()
    return {
      epoch: stored.epoch,
      startedAt: Math.min(stored.startedAt, at),
      activeAt: Math.min(Math.max(stored.activeAt, activeAt), at),
    }
  }

  function limitsOf(of: LimitRecord): { readonly reason: LimitReason; readonly at: number }[] {
    return [
      { reason: 'idle_timeout' as const, at: of.activeAt + (idleMs ?? Number.POSITIVE_INFINITY) },
      { reason: 'session_limit' as const, at: of.startedAt + (totalMs ?? Number.POSITIVE_INFINITY) },
    ].sort((left, right) => left.at - right.at)
  }

  /** The limit that was reached first, if any was by then. */
  function firstLimit(of: LimitRecord, byMs: number): LimitReason | undefined {
    return limitsOf(of).find(({ at }) => at <= byMs)?.reason
  }

  function endsAt(): number | undefined {
    const of = known()
    return of && limitsOf(of)[0]?.at
  }

  function endIfOver(lateMs = 0): LimitReason | undefined {
    const of = known()
    const reason = of && firstLimit(of, now() - lateMs)
    if (reason) end(reason)
    return reason
  }

  function keep(): void {
    const of = known()
    if (of && of.activeAt !== store.read()?.activeAt) store.write(of)
  }

  /** Whoever signed in writes it down, or whoever found the session again; a page that is gone may have failed to. */
  function claim(): void {
    if (known()) unknownSince = undefined
    else if (unknownSince === undefined) unknownSince = now()
    else if (now() - unknownSince >= longestStepMs) goOn()
  }

  function look(): void {
    cancelTimer?.()
    cancelTimer = undefined
    const lateMs = page.isVisible() ? 0 : hiddenGraceMs
    if (endIfOver(lateMs)) return
    keep()
    claim()
    const leftMs = (endsAt() ?? Number.POSITIVE_INFINITY) + lateMs - now()
    cancelTimer = clock.setTimer(Math.max(1, Math.ceil(Math.min(leftMs, stepMs))), look)
  }

  function noticed(): void {
    const at = now()
    if (Math.abs(at - activeAt) < noticeEveryMs || endIfOver()) return
    activeAt = at
    // After a while of nothing the other tabs are told at once: their time may be up before this one looks again.
    if (Math.abs(at - (store.read()?.activeAt ?? at)) > stepMs) keep()
  }

  function watch(): () => void {
    const stops = [
      (platform.onActivity ?? onActivity)(noticed),
      page.onWake(look),
      page.onSleep(keep),
      () => cancelTimer?.(),
    ]
    look()
    return () => {
      for (const stop of stops) stop()
    }
  }

  return {
    begin,
    goOn,
    endIfOver: () => endIfOver(),
    assertAlive() {
      const reason = endIfOver()
      if (reason) throw timeIsUp(reason)
    },
    endedBecause() {
      const before = store.read()
      return (
        before &&
        firstLimit({ ...before, activeAt: Math.max(before.activeAt, activeAt) }, now() + toleranceMs)
      )
    },
    endsAt,
    extend() {
      if (!isSignedIn() || endIfOver()) return
      activeAt = now()
      keep()
      extended()
    },
    start: () => runWhile({ isWanted: isSignedIn, onChanged: onStateChanged }, watch),
  }
}

function timeIsUp(reason: LimitReason): SignInRequiredError {
  return new SignInRequiredError(
    reason,
    reason === 'idle_timeout'
      ? 'Nobody did anything for the time of option "idleTimeoutSeconds", so the session was ended. Call login().'
      : 'The session lasted for the time of option "sessionLimitSeconds", so it was ended. Call login().',
  )
}
