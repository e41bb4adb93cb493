import { SignInRequiredError } from '../errors.ts'
import type { TokenTarget } from '../protocol/token-target.ts'
import { createEmitter } from '../store.ts'
import type { HeldSession } from './held-session.ts'
import type { HeldTokens } from './held-tokens.ts'
import type { Tabs } from './tabs.ts'

/** What borrowing works with. */
export interface LenderContext {
  readonly session: HeldSession
  readonly tabs: Tabs
  /** Settles with news of another tab, with what `on` tells of, or after this long. */
  untilNews(patienceMs: number, on?: (settle: () => void) => () => void): Promise<void>
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
  renew(before: HeldTokens, target: TokenTarget | undefined): Promise<void>
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
    async renew(before, target) {
      let isAnswered = false
      const stop = answers.on(() => {
        isAnswered = true
      })
      tabs.tell({
        kind: 'renew',
        epoch: before.epoch,
        refreshes: before.refreshes,
        ...(target && { target }),
      })
      await untilNews(lenderPatienceMs, answers.on)
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
