import { createBackoff } from '../backoff.ts'
import {
  type AnyAuthError,
  isAuthError,
  NetworkError,
  notSignedIn,
  offline,
  SignInRequiredError,
} from '../errors.ts'
import type { Platform } from '../platform/ports.ts'
import type { Provider } from '../protocol/provider.ts'
import { remainingMs, type TokenSet } from '../protocol/token-set.ts'
import { createEmitter } from '../store.ts'
import type { HeldSession } from './held-session.ts'
import { describeSession, type HeldTokens, isRefreshable } from './held-tokens.ts'
import type { Tabs } from './tabs.ts'

/** What refreshing works with. */
export interface RefresherContext {
  readonly platform: Pick<Platform, 'clock' | 'random' | 'page'>
  readonly provider: Provider
  readonly session: HeldSession
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

/** How long whoever lent the tokens may take to say that it is there. */
const lenderPatienceMs = 1000

/** How long the news of a tab that has just had its turn may be on the way. */
const newsPatienceMs = 1000

/** Makes a {@link Refresher}; `failed` hears of every failure that does not end the session. */
export function createRefresher({
  platform: { clock, random, page },
  provider,
  session,
  tabs,
  lockTimeoutMs,
}: RefresherContext): Refresher {
  const backoff = createBackoff(clock, random)
  const failedElsewhere = createEmitter<[]>()
  const lender = createEmitter<[]>()
  /** How often, one after the other, nobody was there to renew what was lent. */
  let silences = 0
  let flight: { readonly of: HeldTokens; readonly promise: Promise<void> } | undefined

  session.onReplaced(backoff.reset)

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
      if (isNews && isAuthError(error)) noteFailure(before, error)
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
    const { epoch, status } = session.record.read()
    if (epoch > before.epoch && status === 'signed_out') {
      session.signedOutElsewhere(epoch)
      throw discard(tokens)
    }
    const after = session.advance(before, tokens)
    await tabs.publish(after)
    session.tell({ type: 'refreshed', session: describeSession(after) })
  }

  /** Whoever lent the tokens renews them. */
  async function borrow(before: HeldTokens): Promise<void> {
    await tabs.ask()
    if (session.current() !== before) return throwIfGone()
    let isAnswered = false
    const stop = lender.on(() => {
      isAnswered = true
    })
    tabs.tell({ kind: 'renew', epoch: before.epoch, refreshes: before.refreshes })
    await untilNews(lenderPatienceMs)
    stop()
    // One silence may be a timer that fired late, on a device that slept.
    silences = isAnswered || session.current() !== before ? 0 : silences + 1
    if (silences > 1) throw lenderGone()
    if (isAnswered && session.current() === before) await untilNews(lockTimeoutMs - lenderPatienceMs)
    throwIfBlocked()
    if (session.current() === before) throw noLender()
    throwIfGone()
  }

  /** Waits for another tab's tokens, or for its word that there are none. */
  function untilNews(patienceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        for (const stop of stops) stop()
        resolve()
      }
      const stops = [
        session.onReplaced(settle),
        failedElsewhere.on(settle),
        lender.on(settle),
        clock.setTimer(patienceMs, settle),
      ]
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

  /** Only a definitive refusal, another subject, or an expired token that nothing can renew ends a session. */
  function noteFailure({ tokens, epoch, refreshes, isLent }: HeldTokens, error: AnyAuthError): void {
    const { code } = error
    // Whoever lent the tokens may only be frozen, and knows better whether it is over.
    const isExpired = code === 'session_expired' && !isLent && remainingMs(tokens, clock) <= 0
    if (code === 'session_ended' || code === 'subject_changed' || isExpired) {
      // What another tab has renewed goes on there.
      if (!session.isBehind()) tabs.tell({ kind: 'ended', epoch, refreshes, code })
      session.end(isExpired ? 'session_expired' : code, error)
    } else if (code !== 'session_expired') {
      const retryAt = page.isOnline() ? backoff.failed(error) : undefined
      // Who only borrows has not asked the provider, and knows nothing of it.
      if (error instanceof NetworkError && retryAt !== undefined && !isLent) {
        tabs.tell({ kind: 'refresh_failed', epoch, retryInMs: retryAt - clock.now().epochMs, code })
      }
      session.tell({ type: 'refresh_failed', error, retryAt })
    }
  }

  return {
    refresh,
    followFailure(code, retryInMs) {
      backoff.follow(failureElsewhere(code), retryInMs)
      failedElsewhere.emit()
    },
    lenderAnswered: lender.emit,
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

function lenderGone(): SignInRequiredError {
  return new SignInRequiredError(
    'session_expired',
    'The access token cannot be renewed: it was lent by a tab or a vault that is gone, with the refresh token. Call login().',
  )
}

function noLender(): NetworkError {
  return new NetworkError('timeout', 'The session could not be renewed by whoever keeps it. Try again later.')
}
