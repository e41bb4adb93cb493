import { abortable } from '../abortable.ts'
import { notSignedIn, subjectChanged } from '../errors.ts'
import type { Clock } from '../platform/ports.ts'
import { lifetimeMs, remainingMs } from '../protocol/token-set.ts'
import type { HeldSession } from './held-session.ts'
import type { HeldTokens } from './held-tokens.ts'
import type { AccessTokenRequest } from './keeper.ts'
import type { Refresher } from './refresher.ts'
import { isSamePerson, type SessionOwner } from './same-person.ts'
import { isValid } from './validity.ts'

/** What giving tokens out works with. */
export interface TokenGiverContext {
  readonly session: HeldSession
  readonly refresher: Refresher
  readonly clock: Clock
}

/**
 * Gives what `of` takes of tokens that are good now, refreshed where needed. It takes it in the very moment of the last
 * check: a moment later something else may be held.
 *
 * @throws as `Keeper.getAccessToken`
 */
export type TokenGiver = <T>(
  request: AccessTokenRequest | undefined,
  of: (held: HeldTokens) => T,
) => Promise<T>

/** Makes a {@link TokenGiver}. */
export function createTokenGiver({ session, refresher, clock }: TokenGiverContext): TokenGiver {
  /** What is held now: a sign-out, or somebody else's sign-in, may have come between a refresh and its caller's turn. */
  function samePerson(before: HeldTokens): HeldTokens {
    const held = session.current()
    if (!held) throw notSignedIn()
    if (!isSamePerson(ownerOf(held), ownerOf(before))) throw subjectChanged()
    return held
  }

  /** Some are born without a lifetime: those are as good as any that would come. */
  function isExpired({ tokens }: HeldTokens): boolean {
    return lifetimeMs(tokens) > 0 && remainingMs(tokens, clock) <= 0
  }

  return async ({ minValiditySeconds, signal, forceRefresh } = {}, of) => {
    signal?.throwIfAborted()
    const before = session.current()
    if (!before) throw notSignedIn()
    const { tokens } = before
    if (!forceRefresh && isValid(tokens, clock, minValiditySeconds)) return of(before)
    try {
      await abortable(refresher.refresh(before), signal)
      const held = samePerson(before)
      if (!isExpired(held)) return of(held)
      // On a device that fell asleep meanwhile, what comes has run out as well.
      await abortable(refresher.refresh(held), signal)
      return of(samePerson(held))
    } catch (error) {
      // What still lives is better than an error: the caller asked for more time, not for a new token.
      const isUsable = !forceRefresh && !signal?.aborted && remainingMs(tokens, clock) > 0
      if (isUsable && session.current() === before) return of(before)
      throw error
    }
  }
}

function ownerOf({ epoch, tokens }: HeldTokens): SessionOwner {
  return { epoch, claims: tokens.claims }
}
