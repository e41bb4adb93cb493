import { abortable } from '../abortable.ts'
import type { SignInRequiredError } from '../errors.ts'
import type { Platform } from '../platform/ports.ts'
import type { CodeGrant } from '../protocol/code-grant.ts'
import type { Provider } from '../protocol/provider.ts'
import { scopeNotGranted } from '../protocol/scope-not-granted.ts'
import type { AccessToken, TokenSet, UserInfo } from '../protocol/token-set.ts'
import type { SessionRecordStore } from '../session-record.ts'
import { notSignedIn, offline, tokenBound } from '../withheld.ts'
import type { BoundParts } from './bound-parts.ts'
import { endAtProvider } from './end-at-provider.ts'
import { createHeldSession } from './held-session.ts'
import { describeSession, type HeldTokens, isRefreshable } from './held-tokens.ts'
import { type Accept, createIdentifier } from './identifier.ts'
import type { AccessTokenRequest, Keeper, LentAccessToken, RedeemRequest, Session } from './keeper.ts'
import { createRefresher } from './refresher.ts'
import { type Renewal, startRenewal } from './renewal.ts'
import { renewalDueInMs } from './renewal-due.ts'
import { createTabNews } from './tab-news.ts'
import { createTabs, type TabsContext } from './tabs.ts'
import { createTokenGiver } from './token-giver.ts'

/** What a memory keeper is made of. */
export interface MemoryKeeperContext extends TabsContext {
  readonly platform: Pick<Platform, 'clock' | 'random' | 'page' | 'locks'>
  readonly provider: Provider
  /** What the tokens are bound by. Absent: nothing. */
  readonly bound?: BoundParts | undefined
  readonly record: SessionRecordStore
}

/** A keeper, as a vault around it needs to know it. */
export interface MemoryKeeper extends Keeper {
  /** As {@link Keeper.redeem}: once it is known who this is, `accept` is asked whether they are to be signed in. */
  redeem(
    response: URLSearchParams,
    grant: CodeGrant,
    request?: RedeemRequest & { readonly accept?: Accept },
  ): Promise<Session>
  /** The access token at hand, without a look at whether it is still good. @throws {SignInRequiredError} `not_signed_in` */
  token(): LentAccessToken
  /** Where the session stands among those that other tabs hold. */
  position(): Pick<HeldTokens, 'epoch' | 'refreshes' | 'rotation'> | undefined
  /** As {@link Keeper.getAccessToken}, with what whoever keeps the token elsewhere has to know of it. */
  lend(request?: AccessTokenRequest): Promise<LentAccessToken>
  /** Takes over who this is, from whoever has asked. @throws {SignInRequiredError} where it is another sign-in by now */
  describe(epoch: number, userInfo: UserInfo): Session
  /** Takes over what another keeper of this page was lent. */
  receive(held: HeldTokens): void
  /** Looks whether another tab has signed in or out: a page that was frozen has heard nothing. */
  catchUp(): void
}

/**
 * Keeps the tokens in this page's memory: they are gone with it, and nothing else can read them. The tabs of an
 * app share one session: a refresh in one is a refresh for all, and so is a sign-out.
 */
export function createMemoryKeeper(context: MemoryKeeperContext): MemoryKeeper {
  const { platform, provider, line, record, bound, marks } = context
  const binding = bound?.binding
  const { clock, random, page } = platform
  const session = createHeldSession(record, random)
  const persisted = binding?.persists
    ? bound?.createPersistedSession(binding.proofs, (epoch) => session.current()?.epoch !== epoch)
    : undefined
  if (bound) bound.careForKey(session, record, bound.binding, persisted)
  const tabs = createTabs(context, {
    held() {
      const held = session.current()
      return held && (!bound || bound.isShareable(held, bound.binding)) ? held : undefined
    },
    received(held) {
      // Without what they are bound by they are good for nothing.
      if (bound ? bound.isUsable(held, bound.binding) : held.tokens.keyId === undefined) session.receive(held)
    },
    userInfo: session.userInfo,
    described: (epoch, userInfo) => identifier.describedElsewhere(epoch, userInfo),
    heard: (message) => news.heard(message),
  })
  const refresher = createRefresher({ ...context, session, tabs, persisted })
  const give = createTokenGiver({ session, refresher, clock })
  const identifier = createIdentifier({ session, provider, tabs, give })
  const recall =
    binding &&
    persisted &&
    bound?.createRecall({ clock, session, record, tabs, provider, refresher, binding, persisted })
  let renewal: Renewal | undefined
  let jitter = 0
  /** The last sign-out that was asked for here. */
  let endedAt = 0
  const news = createTabNews({ ...context, session, tabs, refresher, putOff: () => renewal?.reschedule() })

  session.onReplaced(() => {
    jitter = random.fraction()
    renewal?.reschedule()
    mark()
  })
  session.onChange(({ type }) => {
    if (type === 'refresh_failed') renewal?.reschedule()
  })

  /** A page that has not started, or has been stopped, hears no question. */
  function mark(): void {
    marks?.set(renewal !== undefined && session.current() !== undefined)
  }

  function dueInMs(): number | undefined {
    const held = session.current()
    if (!held || !page.isOnline()) return undefined
    const canRenew = held.isLent || isRefreshable(held.tokens)
    const due = renewalDueInMs(held.tokens, clock, { canRenew, jitter })
    return due === undefined ? undefined : Math.max(due, refresher.blockedForMs())
  }

  async function accepted(
    tokens: TokenSet,
    request: RedeemRequest & { readonly accept?: Accept },
  ): Promise<TokenSet> {
    try {
      return await identifier.accepted(tokens, request)
    } catch (error) {
      giveBack(tokens)
      throw error
    }
  }

  /** Nobody is signed in by what a sign-in has brought: nor is a key to be kept for it. */
  function giveBack(tokens: TokenSet): SignInRequiredError {
    if (tokens.keyId !== undefined) binding?.proofs.forget(tokens.keyId)
    return refresher.discard(tokens)
  }

  function current(): ReturnType<Keeper['current']> {
    const held = session.current()
    return held && describeSession(held, session.userInfo())
  }

  return {
    about: () => ({ kind: 'memory' }),

    async restore(request) {
      if (request?.recall) await recall?.()
      else await tabs.ask()
      return current()
    },

    ...(marks && { seemsAlone: () => marks.others().length === 0 }),

    authorize: provider.authorize,

    async redeem(response, grant, request = {}) {
      const { identify, accept, signal } = request
      const known = record.read()
      const before = Math.max(known.epoch, session.signedOutAt())
      const redeemed = provider.redeem(response, grant)
      const asked = identify || accept ? redeemed.then((given) => accepted(given, request)) : redeemed
      const giveUp = (error: unknown): never => {
        if (signal?.aborted) asked.then(giveBack, () => undefined)
        throw error
      }
      const tokens = await (signal ? abortable(asked, signal).catch(giveUp) : asked)
      // Whoever has signed out since did not want it, nor does it matter who has signed in since then.
      if (session.signedOutAt() > before) throw giveBack(tokens)
      const held = session.begin(tokens, {
        switchedTo: grant.switchedTo,
        scopeNotGranted: scopeNotGranted(grant.scope, tokens.scope),
      })
      // Before anybody hears of it: a page that is reloaded at once is to find it.
      if (persisted) await persisted.write(held)
      // The page that held what this takes the place of is gone, where the sign-in has led away from it.
      void persisted?.clear(known.epoch)
      if (session.current()?.epoch !== held.epoch) {
        // Whoever has signed out in another tab knew nothing of these.
        const isUnknown = session.signedOutAt() > Math.max(held.epoch, endedAt)
        throw isUnknown ? giveBack(tokens) : notSignedIn()
      }
      tabs.tell({ kind: 'signed_in', epoch: held.epoch })
      return describeSession(held, tokens.userInfo)
    },

    identify: identifier.identify,
    describe: identifier.describe,

    getAccessToken: (request) => give(request, bearerToken),

    position: session.current,

    lend: (request) => give(request, describeToken),

    async end({ postLogoutRedirectUri, epoch, revokes = true }) {
      const held = session.current()
      endedAt = session.signOut(epoch)
      void persisted?.clear(endedAt)
      tabs.tell({ kind: 'signed_out', epoch: endedAt })
      // What is still here, somebody has signed in to since.
      const tokens = session.current() ? undefined : held?.tokens
      if (!revokes) return { url: undefined, isRevoked: false, error: undefined }
      if (!page.isOnline()) return { url: undefined, isRevoked: false, error: offline() }
      return endAtProvider(provider, tokens, postLogoutRedirectUri)
    },

    current,

    receive: session.receive,

    forget: session.forget,

    catchUp: news.catchUp,

    token() {
      const held = session.current()
      if (!held) throw notSignedIn()
      return describeToken(held.tokens, held)
    },

    onChange: session.onChange,

    start() {
      const release = line.hold()
      renewal = startRenewal({
        clock,
        page,
        dueInMs,
        renew: () => {
          const held = session.current()
          if (held) refresher.refresh(held).catch(() => undefined) // told by `refresh_failed`
        },
        woken(cause) {
          // What was put off may be tried at once.
          if (cause === 'online') refresher.unblock()
          mark()
          news.catchUp()
        },
      })
      const stopListening = marks && page.onSleep((cause) => cause === 'gone' && marks.set(false))
      mark()
      return () => {
        release()
        stopListening?.()
        renewal?.stop()
        renewal = undefined
        mark()
      }
    },
  }
}

function bearerToken({ accessToken, tokenType }: AccessToken): string {
  if (tokenType === 'dpop') throw tokenBound()
  return accessToken
}

function describeToken(
  { accessToken, tokenType, scope, requestedAt, expiresAt }: AccessToken,
  { epoch, tokens: { keyId, clockSkewSeconds } }: HeldTokens,
): LentAccessToken {
  const isBound = tokenType === 'dpop' && keyId !== undefined
  return {
    accessToken,
    scope,
    expiresAt,
    requestedAtMs: requestedAt.epochMs,
    epoch,
    ...(isBound && { boundTo: { keyId, clockSkewSeconds } }),
  }
}
