import { noteFound } from '../lost-session.ts'
import type { SessionRecordStore } from '../session-record.ts'
import { advanced } from '../standing.ts'
import type { TabMessage } from '../tab-message.ts'
import type { HeldSession } from './held-session.ts'
import type { Refresher } from './refresher.ts'
import type { Tabs, TabsContext } from './tabs.ts'
import { findToken } from './targeted-token.ts'
import { tokenFor } from './want.ts'

/** Whom the news of other tabs concern. */
export interface TabNewsContext extends Pick<TabsContext, 'gives' | 'platform'> {
  readonly session: HeldSession
  readonly record: SessionRecordStore
  readonly tabs: Tabs
  readonly refresher: Refresher
  /** What is to be renewed is to be renewed later. */
  putOff(): void
}

/** What other tabs have done to the session that is held here. */
export interface TabNews {
  /** A tab has told of it. */
  heard(message: TabMessage): void
  /** Looks for it: a page that was frozen has heard nothing. */
  catchUp(): void
}

/** So long after the word that somebody signs out a vault waits for being asked to, in milliseconds. */
const askedPatienceMs = 10_000

/** Makes {@link TabNews}. */
export function createTabNews(context: TabNewsContext): TabNews {
  const { platform, session, record, tabs, refresher, gives, putOff } = context

  function heard(message: TabMessage): void {
    if (message.kind === 'signed_out') signedOutElsewhere(message.epoch)
    if (message.kind === 'signing_out') {
      const { epoch } = message
      // To tell the provider, a vault needs what it holds: it is asked to, unless whoever signs out has lost it.
      if (gives === 'all') signedOutElsewhere(epoch)
      else platform.clock.setTimer(askedPatienceMs, () => signedOutElsewhere(epoch))
    }
    const held = session.current()
    if (!held || !('epoch' in message) || message.epoch !== held.epoch) return
    if (message.kind === 'renew') renewFor(message)
    if (message.kind === 'renewed' && !session.isSpent()) record.write(advanced(record.read(), message))
    if (message.kind === 'renewing') refresher.lenderAnswered()
    if (message.kind === 'ended' && message.refreshes >= held.refreshes) session.endedElsewhere()
    if (message.kind === 'refresh_failed') {
      refresher.followFailure(message.code, message.retryInMs)
      putOff()
    }
  }

  function signedOutElsewhere(epoch: number): void {
    const held = session.current()
    session.signedOutElsewhere(epoch)
    // Nobody else has the refresh token of what was only lent, or not given at all.
    if (gives !== 'all' && held && !session.current()) refresher.discard(held.tokens)
  }

  /** For a tab to which the tokens were only lent. */
  function renewFor({ refreshes, target }: TabMessage & { kind: 'renew' }): void {
    const held = session.current()
    if (!held || held.isLent) return
    tabs.tell({ kind: 'renewing', epoch: held.epoch })
    if (held.refreshes > refreshes) return void tabs.publish(held)
    // What it lacks, it has not, or has seen refused.
    const want = target && tokenFor(target, { clock: platform.clock, refused: findToken(held, target) })
    refresher.refresh(held, want).catch(() => undefined) // told by `refresh_failed`
  }

  function catchUp(): void {
    const held = session.current()
    const { epoch, status, refreshes } = record.read()
    if (!held || epoch < held.epoch) return
    if (epoch === held.epoch) {
      noteFound(record, epoch)
      if (status === 'ended' && refreshes >= held.refreshes) session.endedElsewhere()
    } else if (session.signedOutAt() >= held.epoch) signedOutElsewhere(session.signedOutAt())
    else if (status === 'signed_in') void tabs.ask()
  }

  return { heard, catchUp }
}
