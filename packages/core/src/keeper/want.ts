import type { Clock } from '../platform/ports.ts'
import type { AccessToken } from '../protocol/token-set.ts'
import type { TokenTarget } from '../protocol/token-target.ts'
import type { HeldTokens } from './held-tokens.ts'
import { findToken } from './targeted-token.ts'
import { isValid } from './validity.ts'

/** What a refresh is to bring. */
export interface Want {
  /** Undefined: the session's own access token. */
  readonly target: TokenTarget | undefined
  /** Whether it is held. */
  isMet(held: HeldTokens): boolean
}

/** Another access token than this one, which is the session's own. */
export function anotherThan(of: HeldTokens): Want {
  return { target: undefined, isMet: (held) => !isSameToken(held, of) }
}

/** A token for a target that is good, and is not the one that was refused. */
export function tokenFor(
  target: TokenTarget,
  {
    clock,
    minValiditySeconds,
    refused,
  }: {
    readonly clock: Clock
    readonly minValiditySeconds?: number | undefined
    readonly refused: AccessToken | undefined
  },
): Want {
  return {
    target,
    isMet(held) {
      const token = findToken(held, target)
      if (!token || (refused && isSame(token, refused))) return false
      return isValid(token, clock, minValiditySeconds)
    },
  }
}

/** Whether the session's own access token is still the same: another may have come beside it. */
export function isSameToken(one: HeldTokens, other: HeldTokens): boolean {
  return one.epoch === other.epoch && isSame(one.tokens, other.tokens)
}

/** A provider may give the same token once more, with another lifetime. */
function isSame(one: AccessToken, other: AccessToken): boolean {
  return one.accessToken === other.accessToken && one.requestedAt.epochMs === other.requestedAt.epochMs
}
