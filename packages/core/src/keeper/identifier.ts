import { isAuthError } from '../errors.ts'
import type { Provider } from '../protocol/provider.ts'
import type { TokenSet, UserInfo } from '../protocol/token-set.ts'
import { notSignedIn, subjectChanged } from '../withheld.ts'
import type { HeldSession } from './held-session.ts'
import { describeSession, type HeldTokens, isRefreshable } from './held-tokens.ts'
import type { AccessTokenRequest, Keeper, LoadUserInfo, RedeemRequest, Session } from './keeper.ts'
import type { Tabs } from './tabs.ts'
import type { TokenGiver } from './token-giver.ts'

/** What asking who somebody is works with. */
export interface IdentifierContext {
  readonly session: HeldSession
  readonly provider: Pick<Provider, 'userInfo'>
  readonly tabs: Tabs
  readonly give: TokenGiver
}

/**
 * Has the last word on what a sign-in brought, and may say whose it is. @throws why nobody is to be signed in by it
 */
export type Accept = (session: Session, tokens: TokenSet) => Promise<UserInfo | undefined>

/** Knows whose session it is beyond what the ID token says. */
export interface Identifier extends Pick<Keeper, 'identify'> {
  /** Fresh tokens, with whose they are. @throws why nobody is to be signed in by them */
  accepted(tokens: TokenSet, request: RedeemRequest & { readonly accept?: Accept }): Promise<TokenSet>
  /** Somebody else in this page or vault has asked. @throws {SignInRequiredError} where it is another sign-in by now */
  describe(epoch: number, userInfo: UserInfo): Session
  /** Another tab has asked. */
  describedElsewhere(epoch: number, userInfo: UserInfo): void
}

/** Makes an {@link Identifier}. */
export function createIdentifier({ session, provider, tabs, give }: IdentifierContext): Identifier {
  /** However many want to know it at once. */
  let asking: { readonly epoch: number; readonly answer: Promise<Session> } | undefined

  const ask = (tokens: TokenSet, how: 'user_info' | LoadUserInfo): Promise<UserInfo> =>
    how === 'user_info' ? provider.userInfo(tokens) : how(tokens.accessToken)

  async function askForHeld(how: 'user_info' | LoadUserInfo, request?: AccessTokenRequest): Promise<Session> {
    const { epoch, tokens } = await give(request, (_token, held) => held)
    const userInfo = await ask(tokens, how)
    return describe(epoch, userInfo)
  }

  async function askTwice(how: 'user_info' | LoadUserInfo): Promise<Session> {
    try {
      return await askForHeld(how)
    } catch (error) {
      // RFC 6750 §3.1: renewed, and asked once more.
      const isTokenRefused = isAuthError(error) && error.name === 'ServerError' && error.status === 401
      if (!isTokenRefused || !canRenew(session.current())) throw error
      return askForHeld(how, { forceRefresh: true })
    }
  }

  function describe(epoch: number, userInfo: UserInfo): Session {
    const held = session.current()
    if (!held) throw notSignedIn()
    if (held.epoch !== epoch) throw subjectChanged()
    session.describe(epoch, userInfo)
    void tabs.describe(epoch, userInfo)
    return describeSession(held, session.userInfo())
  }

  return {
    async accepted(tokens, { identify: how, accept }) {
      const asked = how && (await ask(tokens, how))
      const userInfo =
        (await accept?.(describeSession({ epoch: 0, tokens, isLent: false }, asked), tokens)) ?? asked
      return userInfo ? { ...tokens, userInfo } : tokens
    },

    async identify(how) {
      const held = session.current()
      if (!held) throw notSignedIn()
      if (asking?.epoch === held.epoch) return asking.answer
      const mine = {
        epoch: held.epoch,
        answer: askTwice(how).finally(() => {
          if (asking === mine) asking = undefined
        }),
      }
      asking = mine
      return mine.answer
    },

    describe,

    describedElsewhere(epoch, userInfo) {
      const before = session.userInfo()
      session.describe(epoch, userInfo)
      const held = session.current()
      const now = session.userInfo()
      if (held && now !== before) session.tell({ type: 'described', session: describeSession(held, now) })
    },
  }
}

function canRenew(held: HeldTokens | undefined): boolean {
  return held !== undefined && (held.isLent || isRefreshable(held.tokens))
}
