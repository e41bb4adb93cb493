import { abortable } from '../abortable.ts'
import { notSignedIn, offline, subjectChanged } from '../errors.ts'
import { noteFound } from '../lost-session.ts'
import type { Platform } from '../platform/ports.ts'
import type { Provider } from '../protocol/provider.ts'
import { lifetimeMs, remainingMs } from '../protocol/token-set.ts'
import type { SessionRecordStore } from '../session-record.ts'
import type { TabMessage } from '../tab-message.ts'
import { endAtProvider } from './end-at-provider.ts'
import { createHeldSession } from './held-session.ts'
import { describeSession, type HeldTokens, isRefreshable, isSamePerson } from './held-tokens.ts'
import type { AccessTokenRequest, Keeper, LentAccessToken } from './keeper.ts'
import { createRefresher } from './refresher.ts'
import { type Renewal, startRenewal } from './renewal.ts'
import { createTabs, type TabsContext } from './tabs.ts'
import { isValid, renewalDueInMs } from './validity.ts'

/** What a memory keeper is made of. */
export interface MemoryKeeperContext extends TabsContext {
  readonly platform: Pick<Platform, 'clock' | 'random' | 'page' | 'locks'>
  readonly provider: Provider
  readonly record: SessionRecordStore
}

/** A keeper, as a vault around it needs to know it. */
export interface MemoryKeeper extends Keeper {
  /** The access token at hand, without a look at whether it is still good. @throws {SignInRequiredError} `not_signed_in` */
  token(): LentAccessToken
  /** Where the session stands among those that other tabs hold. */
  position(): Pick<HeldTokens, 'epoch' | 'refreshes' | 'rotation'> | undefined
  /** As {@link Keeper.getAccessToken}, with what whoever keeps the token elsewhere has to know of it. */
  lend(request?: AccessTokenRequest): Promise<LentAccessToken>
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
  const { platform, provider, line, record, gives } = context
  const { clock, random, page } = platform
  const session = createHeldSession(record, random)
  const tabs = createTabs(context, { held: session.current, received: session.receive, heard })
  const refresher = createRefresher({ ...context, session, tabs })
  let renewal: Renewal | undefined
  let jitter = 0
  let ends = 0

  session.onReplaced(() => {
    jitter = random.fraction()
    renewal?.reschedule()
  })
  session.onChange(({ type }) => {
    if (type === 'refresh_failed') renewal?.reschedule()
  })

  function heard(message: TabMessage): void {
    if (message.kind === 'signed_out') signedOutElsewhere(message.epoch)
    const held = session.current()
    if (!held || !('epoch' in message) || message.epoch !== held.epoch) return
    if (message.kind === 'renew') renewFor(message.refreshes)
    if (message.kind === 'renewing') refresher.lenderAnswered()
    if (message.kind === 'ended' && message.refreshes >= held.refreshes) session.endedElsewhere()
    if (message.kind === 'refresh_failed') {
      refresher.followFailure(message.code, message.retryInMs)
      renewal?.reschedule()
    }
  }

  function signedOutElsewhere(epoch: number): void {
    const held = session.current()
    session.signedOutElsewhere(epoch)
    // Nobody else has the refresh token of what was only lent, or not given at all.
    if (gives !== 'all' && held && !session.current()) refresher.discard(held.tokens)
  }

  /** For a tab to which the tokens were only lent. */
  function renewFor(refreshes: number): void {
    const held = session.current()
    if (!held || held.isLent) return
    tabs.tell({ kind: 'renewing', epoch: held.epoch })
    if (held.refreshes > refreshes) void tabs.publish(held)
    else refresher.refresh(held).catch(() => undefined) // told by `refresh_failed`
  }

  /** A frozen page hears nothing, so it looks when it comes back. */
  function catchUp(): void {
    const held = session.current()
    const { epoch, status, refreshes } = record.read()
    if (!held || epoch < held.epoch) return
    if (epoch === held.epoch) {
      noteFound(record, epoch)
      if (status === 'ended' && refreshes >= held.refreshes) session.endedElsewhere()
    } else if (status === 'signed_out') signedOutElsewhere(epoch)
    else if (status === 'signed_in') void tabs.ask()
  }

  function dueInMs(): number | undefined {
    const held = session.current()
    if (!held || !page.isOnline()) return undefined
    const canRenew = held.isLent || isRefreshable(held.tokens)
    const due = renewalDueInMs(held.tokens, clock, { canRenew, jitter })
    return due === undefined ? undefined : Math.max(due, refresher.blockedForMs())
  }

  /** What is held now: a sign-out, or somebody else's sign-in, may have come between a refresh and its caller's turn. */
  function samePerson(before: HeldTokens): HeldTokens {
    const held = session.current()
    if (!held) throw notSignedIn()
    if (!isSamePerson(held, before)) throw subjectChanged()
    return held
  }

  /** Some are born without a lifetime: those are as good as any that would come. */
  function isExpired({ tokens }: HeldTokens): boolean {
    return lifetimeMs(tokens) > 0 && remainingMs(tokens, clock) <= 0
  }

  /** `of` takes what is wanted in the very moment of the last check: a moment later something else may be held. */
  async function give<T>(
    { minValiditySeconds, signal, forceRefresh }: AccessTokenRequest = {},
    of: (held: HeldTokens) => T,
  ): Promise<T> {
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

  function current(): ReturnType<Keeper['current']> {
    const held = session.current()
    return held && describeSession(held)
  }

  return {
    about: () => ({ kind: 'memory' }),

    async restore() {
      await tabs.ask()
      return current()
    },

    authorize: provider.authorize,

    async redeem(response, grant) {
      const before = ends
      const known = record.read()
      const tokens = await provider.redeem(response, grant)
      const now = record.read()
      const isSignedOutElsewhere = now.epoch > known.epoch && now.status === 'signed_out'
      if (ends !== before || isSignedOutElsewhere) throw refresher.discard(tokens)
      const held = session.begin(tokens)
      tabs.tell({ kind: 'signed_in', epoch: held.epoch })
      return describeSession(held)
    },

    getAccessToken: (request) => give(request, ({ tokens }) => tokens.accessToken),

    position: session.current,

    lend: (request) => give(request, describeToken),

    async end({ postLogoutRedirectUri }) {
      const tokens = session.current()?.tokens
      ends += 1
      tabs.tell({ kind: 'signed_out', epoch: session.signOut() })
      if (!page.isOnline()) return { url: undefined, isRevoked: false, error: offline() }
      return endAtProvider(provider, tokens, postLogoutRedirectUri)
    },

    current,

    receive: session.receive,

    catchUp,

    token() {
      const held = session.current()
      if (!held) throw notSignedIn()
      return describeToken(held)
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
          catchUp()
        },
      })
      return () => {
        release()
        renewal?.stop()
        renewal = undefined
      }
    },
  }
}

function describeToken({ tokens, epoch }: HeldTokens): LentAccessToken {
  const { accessToken, scope, requestedAt, expiresAt } = tokens
  return { accessToken, scope, expiresAt, requestedAtMs: requestedAt.epochMs, epoch }
}
