import { SignInRequiredError } from '../errors.ts'
import { createEmitter } from '../store.ts'
import type { HeldSession } from './held-session.ts'
import type { HeldTokens } from './held-tokens.ts'
import type { Tabs } from './tabs.ts'

/** What borrowing works with. */
export interface LenderContext {
  readonly session: HeldSession
  readonly tabs: Tabs
  /** Settles with news of another tab, or after this long. */
  untilNews(patienceMs: number): Promise<void>
  /** How long the renewal may take, in milliseconds. */
  readonly lockTimeoutMs: number
}

/** The tab or the vault that lent the tokens, and keeps the refresh token. */
export interface Lender {
  /**
   * Asks for newer tokens, and settles when they are held, or are not to be expected.
   *
   * @throws {SignInRequiredError} `session_expired`: nobody is there any more
   */
  renew(before: HeldTokens): Promise<void>
  /** It is there, and renews. */
  answered(): void
}

/** How long whoever lent the tokens may take to say that it is there. */
const lenderPatienceMs = 1000

/** Makes a {@link Lender}. */
export function createLender({ session, tabs, untilNews, lockTimeoutMs }: LenderContext): Lender {
  const answers = createEmitter<[]>()
  /** How often, one after the other, nobody was there. */
  let silences = 0

  return {
    async renew(before) {
      let isAnswered = false
      const stop = answers.on(() => {
        isAnswered = true
      })
      tabs.tell({ kind: 'renew', epoch: before.epoch, refreshes: before.refreshes })
      await untilNews(lenderPatienceMs)
      stop()
      // One silence may be a timer that fired late, on a device that slept.
      silences = isAnswered || session.current() !== before ? 0 : silences + 1
      if (silences > 1) throw lenderGone()
      if (isAnswered && session.current() === before) await untilNews(lockTimeoutMs - lenderPatienceMs)
    },
    answered: answers.emit,
  }
}

function lenderGone(): SignInRequiredError {
  return new SignInRequiredError(
    'session_expired',
    'The access token cannot be renewed: it was lent by a tab or a vault that is gone, with the refresh token. Call login().',
  )
}
