import { createBackoff } from '../backoff.ts'
import { isAuthError, NetworkError, notSignedIn, offline, SignInRequiredError } from '../errors.ts'
import type { Platform } from '../platform/ports.ts'
import type { Provider } from '../protocol/provider.ts'
import type { TokenSet } from '../protocol/token-set.ts'
import type { SessionRecordStore } from '../session-record.ts'
import { createEmitter } from '../store.ts'
import { noteFailedRefresh } from './failed-refresh.ts'
import type { HeldSession } from './held-session.ts'
import { describeSession, type HeldTokens, isRefreshable } from './held-tokens.ts'
import { createLender } from './lender.ts'
import type { Tabs } from './tabs.ts'

/** What refreshing works with. */
export interface RefresherContext {
  readonly platform: Pick<Platform, 'clock' | 'random' | 'page'>
  readonly provider: Provider
  readonly session: HeldSession
  readonly record: SessionRecordStore
  readonly tabs: Tabs
  /** How long to wait for another tab that renews, in milliseconds. */
  readonly lockTimeoutMs: number
}

/** Renews what is held: once, however many callers and tabs want it. */
export interface Refresher {
  /**
   * Settles when something newer than `of` is held.
   *
   * @throws {AuthError} why nothing newer could be had, whether or not the session goes on
   */
  refresh(of: HeldTokens): Promise<void>
  /** Whoever lent the tokens is there, and renews them. */
  lenderAnswered(): void
  /** Another tab failed: one tries again, not all of them. */
  followFailure(code: string, retryInMs: number): void
  /** How much longer nothing is tried, in milliseconds. */
  blockedForMs(): number
  /** The world has changed: what was put off may be tried at once. */
  unblock(): void
  /** Signed out, or signed in anew, meanwhile: what comes late must not bring a session back, nor linger. */
  discard(tokens: TokenSet): SignInRequiredError
}

/** How long the news of a tab that has just had its turn may be on the way. */
const newsPatienceMs = 1000

/** Makes a {@link Refresher}. The session tells of every failure. */
export function createRefresher({
  platform: { clock, random, page },
  provider,
  session,
  record,
  tabs,
  lockTimeoutMs,
}: RefresherContext): Refresher {
  const backoff = createBackoff(clock, random)
  const news = createEmitter<[]>()
  const lender = createLender({ session, tabs, untilNews, lockTimeoutMs })
  let flight: { readonly of: HeldTokens; readonly promise: Promise<void> } | undefined

  session.onReplaced(backoff.reset)
  session.onReplaced(news.emit)

  /**
   * One refresh at a time for one set of tokens, however many wait for it. A request is never repeated by
   * itself; the next call, after the backoff, sends the same refresh token again. Where the lost answer had
   * rotated it, the new one is lost and with it the session, whether it is asked or not: asking is how one
   * learns. Where it had not, asking is what saves the session.
   */
  function refresh(of: HeldTokens): Promise<void> {
    if (flight?.of !== of) {
      const promise = refreshOnce(of).finally(() => {
        if (flight?.promise === promise) flight = undefined
      })
      flight = { of, promise }
    }
    return flight.promise
  }

  async function refreshOnce(before: HeldTokens): Promise<void> {
    throwIfBlocked()
    try {
      // What nothing can renew is not worth a turn, nor a network.
      if (!before.isLent && !isRefreshable(before.tokens) && !session.isBehind()) throw cannotRefresh()
      // Awaited, so that a listener who asks again at the news finds this refresh, not none.
      if (!page.isOnline()) await Promise.reject(offline())
      if (before.isLent) await borrow(before)
      else await takeTurn(before)
    } catch (error) {
      // Of what was put off, whoever failed has told.
      const isNews = session.current() === before && error !== backoff.block()?.error
      if (isNews && isAuthError(error))
        noteFailedRefresh({ clock, page, session, tabs, backoff }, before, error)
      throw error
    }
  }

  /** Whoever waits for its turn gets what another tab has got meanwhile, without one. */
  async function takeTurn(before: HeldTokens): Promise<void> {
    const moot = new AbortController()
    const stop = session.onReplaced(() => moot.abort())
    try {
      await tabs.exclusively(before.epoch, moot.signal, (isAfterAnother) =>
        refreshInTurn(before, isAfterAnother),
      )
    } catch (error) {
      if (!moot.signal.aborted || error !== moot.signal.reason) throw error
      throwIfGone()
    } finally {
      stop()
    }
  }

  /** Another tab may have had its turn before: what it got is for this one too. */
  async function refreshInTurn(before: HeldTokens, isAfterAnother: boolean): Promise<void> {
    throwIfBlocked()
    if (session.current() === before && isAfterAnother) await untilNews(newsPatienceMs)
    if (session.current() === before && session.isBehind()) await tabs.ask()
    if (session.current() !== before) return throwIfGone()
    throwIfBlocked()
    if (session.isSpent()) throw spent()
    if (!isRefreshable(before.tokens)) throw cannotRefresh()
    const tokens = await provider.refresh(before.tokens)
    if (session.current() !== before) throw discard(tokens)
    const { epoch, status } = record.read()
    if (epoch > before.epoch && status === 'signed_out') {
      session.signedOutElsewhere(epoch)
      throw discard(tokens)
    }
    const after = session.advance(before, tokens)
    await tabs.publish(after)
    session.tell({ type: 'refreshed', session: describeSession(after, session.userInfo()) })
  }

  /** Whoever lent the tokens renews them. */
  async function borrow(before: HeldTokens): Promise<void> {
    await tabs.ask()
    if (session.current() !== before) return throwIfGone()
    await lender.renew(before)
    throwIfBlocked()
    if (session.current() === before) throw noLender()
    throwIfGone()
  }

  /** Waits for another tab's tokens, or for its word that there are none. */
  function untilNews(patienceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        stop()
        cancel()
        resolve()
      }
      const stop = news.on(settle)
      const cancel = clock.setTimer(patienceMs, settle)
    })
  }

  function throwIfGone(): void {
    if (!session.current()) throw notSignedIn()
  }

  function throwIfBlocked(): void {
    const block = backoff.block()
    if (block) throw block.error
  }

  function discard(tokens: TokenSet): SignInRequiredError {
    provider.revoke(tokens).catch(() => undefined) // nothing more can be done about it
    return notSignedIn()
  }

  return {
    refresh,
    followFailure(code, retryInMs) {
      backoff.follow(failureElsewhere(code), retryInMs)
      news.emit()
    },
    lenderAnswered() {
      lender.answered()
      news.emit()
    },
    blockedForMs: () => backoff.block()?.forMs ?? 0,
    unblock: backoff.reset,
    discard,
  }
}

function cannotRefresh(): SignInRequiredError {
  return new SignInRequiredError(
    'session_expired',
    'The access token cannot be renewed: the provider issued no refresh token. Call login(). ' +
      'To get one, allow the refresh_token grant for this client (some providers want the scope "offline_access").',
  )
}

function spent(): SignInRequiredError {
  return new SignInRequiredError(
    'session_expired',
    'The access token cannot be renewed: another tab exchanged the refresh token, and that tab is gone. Call login().',
  )
}

function failureElsewhere(code: string): NetworkError {
  return new NetworkError(
    code === 'timeout' || code === 'server_unavailable' ? code : 'network_failed',
    'Another tab of this app could not renew the session just now. It is kept; try again later.',
  )
}

function noLender(): NetworkError {
  return new NetworkError('timeout', 'The session could not be renewed by whoever keeps it. Try again later.')
}
