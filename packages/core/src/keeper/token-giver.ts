import { abortable } from '../abortable.ts'
import { isAuthError } from '../errors.ts'
import type { Clock } from '../platform/ports.ts'
import { type AccessToken, lifetimeMs, remainingMs } from '../protocol/token-set.ts'
import { normalizeTarget } from '../protocol/token-target.ts'
import { isSamePerson, type SessionOwner } from '../same-person.ts'
import { notSignedIn, subjectChanged } from '../withheld.ts'
import type { HeldSession } from './held-session.ts'
import type { HeldTokens } from './held-tokens.ts'
import type { AccessTokenRequest } from './keeper.ts'
import type { Refresher } from './refresher.ts'
import { findToken } from './targeted-token.ts'
import { isValid } from './validity.ts'
import { anotherThan, tokenFor } from './want.ts'

/** What giving tokens out works with. */
export interface TokenGiverContext {
  readonly session: HeldSession
  readonly refresher: Refresher
  readonly clock: Clock
}

/**
 * Gives what `of` takes of a token that is good now, refreshed where needed. It takes it in the very moment of the last
 * check: a moment later something else may be held.
 *
 * @throws as `Keeper.getAccessToken`
 */
export type TokenGiver = <T>(
  request: AccessTokenRequest | undefined,
  of: (token: AccessToken, held: HeldTokens) => T,
) => Promise<T>

/**
 * How often a token is asked for. On a device that fell asleep meanwhile, what comes has run out as well. In another
 * sign-in it is yet to be asked for, and what that one brought may have run out in the same sleep: once more, then.
 */
const mostTries = 2

/** Makes a {@link TokenGiver}. */
export function createTokenGiver({ session, refresher, clock }: TokenGiverContext): TokenGiver {
  /** What is held now: a sign-out, or somebody else's sign-in, may have come between a refresh and its caller's turn. */
  function samePerson(before: HeldTokens): HeldTokens {
    const held = session.current()
    if (!held) throw notSignedIn()
    if (!isSamePerson(ownerOf(held), ownerOf(before))) throw subjectChanged()
    return held
  }

  function isOvertaken(before: HeldTokens): boolean {
    const held = session.current()
    return held !== undefined && held.epoch !== before.epoch && isSamePerson(ownerOf(held), ownerOf(before))
  }

  /** Some are born without a lifetime: those are as good as any that would come. */
  function isExpired(token: AccessToken): boolean {
    return lifetimeMs(token) > 0 && remainingMs(token, clock) <= 0
  }

  return async (request = {}, of) => {
    const { minValiditySeconds, signal, forceRefresh } = request
    signal?.throwIfAborted()
    const before = session.current()
    if (!before) throw notSignedIn()
    const target = normalizeTarget(request)
    const token = findToken(before, target)
    if (token && !forceRefresh && isValid(token, clock, minValiditySeconds)) return of(token, before)

    const renew = (held: HeldTokens): Promise<void> => {
      const refused = forceRefresh ? token : undefined
      const want = target ? tokenFor(target, { clock, minValiditySeconds, refused }) : anotherThan(held)
      return abortable(refresher.refresh(held, want), signal)
    }
    try {
      let held = before
      for (let tries = 1; ; tries++) {
        await renew(held).catch((error: unknown) => {
          // What a later sign-in of the same person has brought is as good as what this one could not get.
          if (!isAuthError(error) || !isOvertaken(held)) throw error
        })
        held = samePerson(held)
        const next = findToken(held, target)
        const isLast = tries >= (held.epoch === before.epoch ? mostTries : mostTries + 1)
        if (next && (isLast || !isExpired(next))) return of(next, held)
        if (isLast) throw subjectChanged()
      }
    } catch (error) {
      // What still lives is better than an error: the caller asked for more time, not for a new token.
      const isUsable = token && !forceRefresh && !signal?.aborted && remainingMs(token, clock) > 0
      const held = session.current()
      if (isUsable && held?.epoch === before.epoch) return of(token, held)
      throw error
    }
  }
}

function ownerOf({ epoch, tokens }: HeldTokens): SessionOwner {
  return { epoch, claims: tokens.claims }
}
