import { createBackoff } from '../backoff.ts'
import {
  type AnyAuthError,
  ConfigurationError,
  isAuthError,
  NetworkError,
  SignInRequiredError,
} from '../errors.ts'
import type { Platform } from '../platform/ports.ts'
import { startDeadline } from '../protocol/deadline.ts'
import type { Provider } from '../protocol/provider.ts'
import type { TokenSet } from '../protocol/token-set.ts'
import { lastSignOut, type SessionRecordStore } from '../session-record.ts'
import { advanced, isSpent } from '../standing.ts'
import { createEmitter } from '../store.ts'
import { notSignedIn, offline } from '../withheld.ts'
import { noteFailedRefresh } from './failed-refresh.ts'
import type { HeldSession } from './held-session.ts'
import { describeSession, type HeldTokens, isRefreshable, refreshed } from './held-tokens.ts'
import { createLender } from './lender.ts'
import type { PersistedSession } from './persisted-session.ts'
import type { Tabs } from './tabs.ts'
import { splitAnswer, withToken } from './targeted-token.ts'
import { anotherThan, isSameToken, type Want } from './want.ts'

/** What refreshing works with. */
export interface RefresherContext {
  readonly platform: Pick<Platform, 'clock' | 'random' | 'page'>
  readonly provider: Provider
  readonly session: HeldSession
  readonly record: SessionRecordStore
  readonly tabs: Tabs
  /** Where the session rests, if it does. */
  readonly persisted?: PersistedSession | undefined
  /** How long to wait for another tab that renews, in milliseconds. */
  readonly lockTimeoutMs: number
}

/** Renews what is held: once, however many callers and tabs want it. */
export interface Refresher {
  /**
   * Settles when what is wanted is held. Default: another access token than that of `of`.
   *
   * @throws {AuthError} why it could not be had, whether or not the session goes on
   */
  refresh(of: HeldTokens, want?: Want): Promise<void>
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
/** How often whoever lent the tokens is asked for one of several that are wanted at once. */
const mostQuestions = 8
/** How long whoever has exchanged the refresh token may take to say that it is there. */
const spentPatienceMs = 3000

/** Makes a {@link Refresher}. The session tells of every failure. */
export function createRefresher({
  platform: { clock, random, page },
  provider,
  session,
  record,
  tabs,
  persisted,
  lockTimeoutMs,
}: RefresherContext): Refresher {
  const backoff = createBackoff(clock, random)
  const news = createEmitter<[]>()
  const lender = createLender({ session, tabs, untilNews, lockTimeoutMs })
  const flights = new Map<string, { readonly of: HeldTokens; readonly promise: Promise<void> }>()

  session.onReplaced(backoff.reset)
  session.onReplaced(news.emit)

  /**
   * One refresh at a time for one set of tokens and one target, however many wait for it. A request is never repeated by
   * itself; the next call, after the backoff, sends the same refresh token again. Where the lost answer had
   * rotated it, the new one is lost and with it the session, whether it is asked or not: asking is how one
   * learns. Where it had not, asking is what saves the session.
   */
  function refresh(of: HeldTokens, want: Want = anotherThan(of)): Promise<void> {
    const key = want.target ? JSON.stringify(want.target) : ''
    const known = flights.get(key)
    if (known && isSameWish(known.of, of, want)) return known.promise
    const promise = refreshOnce(of, want).finally(() => {
      if (flights.get(key)?.promise === promise) flights.delete(key)
    })
    flights.set(key, { of, promise })
    return promise
  }

  async function refreshOnce(before: HeldTokens, want: Want): Promise<void> {
    throwIfBlocked()
    try {
      // What nothing can renew is not worth a turn, nor a network.
      if (!before.isLent && !isRefreshable(before.tokens) && !session.isBehind()) throw cannotRefresh(want)
      // Awaited, so that a listener who asks again at the news finds this refresh, not none.
      if (!page.isOnline()) await Promise.reject(offline())
      if (before.isLent) await borrow(before, want)
      else await takeTurn(before, want)
    } catch (error) {
      const held = session.current()
      // Of what was put off, whoever failed has told.
      const isNews = held && isSameWish(held, before, want) && error !== backoff.block()?.error
      if (isNews && isAuthError(error))
        noteFailedRefresh({ clock, page, session, tabs, backoff, target: want.target }, held, error)
      throw error
    }
  }

  /** What is held of the session that it was, and does not bring what is wanted. */
  function lacking(before: HeldTokens, want: Want): HeldTokens | undefined {
    const held = session.current()
    return held?.epoch === before.epoch && !want.isMet(held) ? held : undefined
  }

  /** Whoever waits for its turn gets what another tab has got meanwhile, without one. */
  async function takeTurn(before: HeldTokens, want: Want): Promise<void> {
    const moot = new AbortController()
    const stop = session.onReplaced(() => {
      if (!lacking(before, want)) moot.abort()
    })
    try {
      await tabs.exclusively(before.epoch, moot.signal, (isAfterAnother) =>
        refreshInTurn(before, want, isAfterAnother),
      )
    } catch (error) {
      if (!moot.signal.aborted || error !== moot.signal.reason) throw error
      throwIfGone()
    } finally {
      stop()
    }
  }

  /** Another tab may have had its turn before: what it got is for this one too. */
  async function refreshInTurn(before: HeldTokens, want: Want, isAfterAnother: boolean): Promise<void> {
    throwIfBlocked()
    const isShared = (): boolean => tabs.isShared(before.epoch)
    // The news of the tab before may have come already: not of what is wanted here, where it went for another API.
    if (session.current() === before && isAfterAnother) await untilNews(newsPatienceMs)
    if (lacking(before, want) && session.isBehind()) {
      // Without what another tab got, a session whose refresh token is spent is over: a slow tab is waited for.
      await tabs.ask(isShared() && session.isSpent() ? spentPatienceMs : undefined)
    }
    const here = lacking(before, want)
    // A page that has got the session out of storage may be gone; what it got is there (REF-04).
    const latest = here && session.isBehind() ? await persisted?.latest(here) : undefined
    const held = lacking(before, want)
    if (!held) return throwIfGone()
    throwIfBlocked()
    const sent = here === held ? (latest ?? held) : held
    // What no other page can have had, none has exchanged.
    if ((persisted || isShared()) && isSpent(record.read(), sent)) throw spent()
    if (!isRefreshable(sent.tokens)) throw cannotRefresh(want)
    let isOurs = (): boolean => session.current() === held
    let base = sent
    const answer = await provider.refresh(sent.tokens, {
      target: want.target,
      // The provider's keys take their time, and this page may be gone by then: what was sent is dead (REF-04).
      rotated(refreshToken) {
        if (!isOurs() || signedOutSince(held)) return
        const next = session.rotate(sent, refreshToken)
        base = next
        isOurs = () => session.current() === next
        share(next).catch(() => undefined) // shared once more with the rest of the answer
      },
    })
    if (!isOurs()) return overtaken(base, answer, want)
    const signedOutAt = signedOutSince(held)
    if (signedOutAt) {
      session.signedOutElsewhere(signedOutAt)
      throw discard(answer)
    }
    const { tokens, targeted } = withAnswer(base, answer, want)
    const after = session.advance(base, tokens, targeted)
    await share(after)
    // Somebody may have signed out while the others were told.
    if (session.current() !== after) return
    session.tell({ type: 'refreshed', session: describeSession(after, session.userInfo()) })
  }

  /** What is held once an answer is taken over. */
  function withAnswer(held: HeldTokens, answer: TokenSet, { target }: Want): HeldTokens {
    if (!target) return refreshed(held, answer)
    const { tokens, token } = splitAnswer(answer, held.tokens, target)
    return refreshed(held, tokens, withToken(held.targeted, token, clock))
  }

  /** Something else is held by now, or nothing: another sign-in of the same person serves whoever waits. */
  async function overtaken(sent: HeldTokens, answer: TokenSet, want: Want): Promise<void> {
    // Of the same sign-in, handed over late by a slow tab: to give the answer back would end it for every tab.
    if (session.current()?.epoch === sent.epoch) return
    const { epoch, status } = record.read()
    const isAlive = !session.current() && epoch === sent.epoch && status === 'signed_in'
    // This page alone has dropped it, and to the others what it was renewed with is dead.
    if (isAlive && (persisted || tabs.isShared(epoch))) {
      const after = withAnswer(sent, answer, want)
      record.write(advanced(record.read(), after))
      await share(after, () => signedOutSince(sent) !== undefined)
    } else discard(answer)
    throwIfGone()
  }

  /** Before anybody else has their turn: what rests is to be the last (REF-04). */
  async function share(after: HeldTokens, isOver?: () => boolean): Promise<void> {
    if (persisted) await persisted.write(after, isOver)
    await tabs.publish(after)
  }

  /** The sign-out, in whatever tab, that this sign-in was ended by; undefined: none. */
  function signedOutSince(held: HeldTokens): number | undefined {
    const epoch = lastSignOut(record.read())
    return epoch > held.epoch ? epoch : undefined
  }

  /** Whoever lent the tokens renews them. */
  async function borrow(before: HeldTokens, want: Want): Promise<void> {
    await tabs.ask()
    const startedAt = clock.now().monotonicMs
    let held = lacking(before, want)
    for (let tries = 0; held && tries < mostQuestions; tries++) {
      const asked = held
      await lender.renew(asked, want.target)
      throwIfBlocked()
      held = lacking(before, want)
      // What came may be what others wanted: then this one is asked for again.
      if (held === asked || clock.now().monotonicMs - startedAt >= lockTimeoutMs) break
    }
    if (held) throw noLender()
    throwIfGone()
  }

  /** Waits for another tab's tokens, or for its word that there are none; or for what else is listened to. */
  function untilNews(
    patienceMs: number,
    on: (settle: () => void) => () => void = () => () => undefined,
  ): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        for (const stop of stops) stop()
        cancel()
        resolve()
      }
      const stops = [news.on(settle), on(settle)]
      const cancel = startDeadline(clock, patienceMs, settle)
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
    lenderAnswered: lender.answered,
    blockedForMs: () => backoff.block()?.forMs ?? 0,
    unblock: backoff.reset,
    discard,
  }
}

/** Whether a refresh of one that was held is what another wants as well. */
function isSameWish(one: HeldTokens, other: HeldTokens, { target }: Want): boolean {
  return target ? one.epoch === other.epoch : isSameToken(one, other)
}

function cannotRefresh({ target }: Want): AnyAuthError {
  if (target) return noRefreshToken()
  return new SignInRequiredError(
    'session_expired',
    'The access token cannot be renewed: the provider issued no refresh token. Call login(). ' +
      'To get one, allow the refresh_token grant for this client (some providers want the scope "offline_access").',
  )
}

function noRefreshToken(): ConfigurationError {
  return new ConfigurationError(
    'no_refresh_token',
    'A token for one API or scope is got by the refresh token, and the provider issued none. Allow the refresh_token ' +
      'grant for this client (some providers want the scope "offline_access").',
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
