import { abortable } from '../abortable.ts'
import { nextSignOut } from '../epoch.ts'
import {
  codeNotLoaded,
  isAuthError,
  notSignedIn,
  SignInRequiredError,
  subjectChanged,
  tokenSealed,
} from '../errors.ts'
import type { Settings } from '../options.ts'
import type { Clock, Platform } from '../platform/ports.ts'
import { remainingMs, type TokenSet } from '../protocol/token-set.ts'
import { type SessionRecord, type SessionRecordStore, signOutRecord } from '../session-record.ts'
import { createEmitter } from '../store.ts'
import {
  isUnanswered,
  type VaultMethod,
  type VaultMethods,
  type VaultNews,
  type VaultSession,
} from '../vault/messages.ts'
import { unpackError } from '../vault/plain-error.ts'
import { type HeldTokens, onThisClock } from './held-tokens.ts'
import type { Keeper, KeeperChange, LentAccessToken, Session } from './keeper.ts'
import { isValid } from './validity.ts'
import { connectVault, type VaultLink } from './vault-link.ts'

/** What the page's side of a vault works with. */
export interface VaultKeeperContext {
  readonly settings: Settings
  readonly platform: Pick<Platform, 'clock' | 'page'>
  readonly record: SessionRecordStore
}

/** A keeper whose vault may be gone one day. */
export interface VaultKeeper extends Keeper {
  /** Gives up what is at hand: the session, and the access token where the page was lent one. */
  handOver(): { readonly session: Session | undefined; readonly tokens: HeldTokens | undefined }
}

/** The session that this page is in, and where it stands among those of other pages. */
interface Held {
  readonly session: Session
  readonly record: SessionRecord
}

/** A cold start has to load and compile the worker's code; a page that looks for its session has 2 seconds for all of it. */
const patienceWithoutSessionMs = 1500
/** Who is in a session has it to lose: a device that is busy waking up may take long to start a worker. */
const patienceInSessionMs = 10_000

/**
 * Keeps nothing but what it was last told: the session is in a SharedWorker, which all tabs share. One that stops
 * answering is replaced; where none can be had, every call is rejected with `VaultUnavailable`.
 */
export function createVaultKeeper({ settings, platform, record }: VaultKeeperContext): VaultKeeper {
  const { clock, page } = platform
  const { vault, claims: _, ...rest } = settings
  const isSealed = vault?.sealed ?? false
  const changes = createEmitter<[change: KeeperChange]>()
  let linking: Promise<VaultLink> | undefined
  let held: Held | undefined
  let token: TokenSet | undefined
  let isStarted = false
  let ends = 0
  let endsUnderWay = 0

  /** What the vault holds, and what other tabs and later pages may know of it. */
  function note({ session, record: told }: VaultSession): Session | undefined {
    const isNew = told.epoch !== held?.record.epoch || told.refreshes !== held.record.refreshes
    if (isNew || !session) token = undefined
    held = session && { session, record: told }
    const known = record.read()
    const isLater =
      told.epoch > known.epoch || (told.epoch === known.epoch && told.refreshes >= known.refreshes)
    // A vault that was only just told of a session knows nothing about how it goes on.
    if (isLater && (session || told.status !== 'signed_in')) record.write(told)
    return session
  }

  function onNews({ change, record: told }: VaultNews): void {
    // Until it has heard of the sign-out, what it says is about a session that is over.
    if (endsUnderWay > 0) return
    const before = held
    if (change.type === 'adopted') {
      note({ session: change.session, record: told })
      if (before?.record.epoch !== told.epoch) changes.emit(change)
      return
    }
    if (!before) return
    if (change.type === 'refreshed') note({ session: change.session, record: told })
    if (change.type === 'ended') note({ session: undefined, record: told })
    const error = 'error' in change && change.error ? unpackError(change.error) : undefined
    changes.emit({ ...change, ...(error && { error }) } as KeeperChange)
  }

  /** News that this page may have missed: it was frozen, or has lost one vault and found another. */
  function catchUp({ session, record: told }: VaultSession): void {
    if (!held || endsUnderWay > 0) return
    const { epoch, refreshes } = held.record
    if (session) {
      const isNews = told.epoch !== epoch || told.refreshes !== refreshes
      note({ session, record: told })
      if (isNews) changes.emit({ type: told.epoch === epoch ? 'refreshed' : 'adopted', session })
    } else if (told.epoch > epoch && told.status === 'signed_out') {
      note({ session, record: told })
      changes.emit({ type: 'ended', reason: 'signed_out_elsewhere' })
    } else if (told.epoch === epoch && told.status === 'ended') lose(told)
  }

  /** The vault holds no session, though this page is in one: it is another vault, and the first took it along. */
  function lose(told: SessionRecord): SignInRequiredError {
    const error = sessionLost()
    note({ session: undefined, record: told })
    changes.emit({ type: 'ended', reason: 'session_ended', error })
    return error
  }

  async function connect(): Promise<VaultLink> {
    const link = await connectVault({
      createWorker: () => (vault as NonNullable<typeof vault>).worker(),
      clock,
      settings: { ...rest, isSealed },
      record: record.read(),
      patienceMs: held ? patienceInSessionMs : patienceWithoutSessionMs,
      onNews,
    })
    catchUp(link.first)
    if (isStarted) tell(link)
    return link
  }

  async function reach(): Promise<VaultLink> {
    const known = linking
    if (known && !(await known).isAlive() && linking === known) linking = undefined
    linking ??= connect().catch((error: unknown) => {
      linking = undefined
      throw error
    })
    return linking
  }

  async function call<TMethod extends VaultMethod>(
    method: TMethod,
    params: VaultMethods[TMethod][0],
  ): Promise<VaultMethods[TMethod][1]> {
    return (await reach()).call(method, params)
  }

  /** For what may be asked twice: where the vault is lost in the middle of it, the next one is asked. */
  async function callAgain<TMethod extends VaultMethod>(
    method: TMethod,
    params: VaultMethods[TMethod][0],
  ): Promise<VaultMethods[TMethod][1]> {
    return call(method, params).catch((error: unknown) => {
      if (!isLost(error)) throw error
      return call(method, params)
    })
  }

  /**
   * Has a vault that knows of no session look for it in other tabs, and hears of the one that it has in place of the
   * one that was meant. @throws `error`, where that is no help
   */
  async function reclaim(error: unknown): Promise<void> {
    const isHelp = isAuthError(error) && /^(not_signed_in|subject_changed)$/.test(error.code)
    if (!held || !isHelp) throw error
    const state = await callAgain('restore', { record: record.read() })
    catchUp(state)
    if (!held) throw error
    if (!state.session) throw lose({ ...held.record, status: 'lost' })
  }

  /** What is held now. @throws where it is not of the person that it was of */
  function stillOf(before: Held): Held {
    if (!held) throw notSignedIn()
    if (!isSamePerson(held, before)) throw subjectChanged()
    return held
  }

  /** Tells the vault whether the page is seen, and hears what was missed if it is. Nothing depends on it. */
  function tell(link: VaultLink, cause?: VaultMethods['page'][0]['cause']): void {
    const params = { isVisible: page.isVisible(), cause, record: record.read() }
    if (isUnanswered('page', params)) link.notify('page', params)
    else link.call('page', params).then(catchUp, () => undefined)
  }

  return {
    about: () => ({ kind: 'vault' }),

    async restore() {
      const before = ends
      const isFirst = linking === undefined
      const { first } = await reach()
      // The first word of a vault that has a session says it all.
      const isAnswered = isFirst && first.session !== undefined
      const state = isAnswered ? first : await callAgain('restore', { record: record.read() })
      return ends === before ? note(state) : undefined
    },

    authorize: (parameters) => callAgain('authorize', parameters),

    async redeem(response, grant) {
      const before = ends
      const known = record.read()
      const link = await reach()
      const state = await link
        .call('redeem', { response: response.toString(), grant, record: known })
        .catch(async (error: unknown) => {
          if (!isLost(error)) throw error
          // The code may have been sent, and is never sent again; its session may be there all the same.
          const found = await call('restore', { record: known }).catch(() => undefined)
          if (!found?.session || found.record.epoch <= known.epoch) throw error
          return found
        })
      const session = ends === before ? note(state) : undefined
      if (!session) throw notSignedIn()
      return session
    },

    async getAccessToken({ minValiditySeconds, forceRefresh = false, signal } = {}) {
      signal?.throwIfAborted()
      if (isSealed) throw tokenSealed()
      const before = held
      const atHand = token
      if (!before) throw notSignedIn()
      if (atHand && !forceRefresh && isValid(atHand, clock, minValiditySeconds)) return atHand.accessToken
      const request = { forceRefresh, ...(minValiditySeconds !== undefined && { minValiditySeconds }) }
      const ask = async (): Promise<LentAccessToken | string> => {
        const lent = await callAgain('getAccessToken', request)
        // Of a sign-in that this page has not heard of, or has heard the end of.
        if (held && held.record.epoch !== lent.epoch) throw subjectChanged()
        return lent
      }
      /** What still lives is better than an error: the caller asked for more time, not for a new token. */
      const asFallback = (error: unknown): string | undefined =>
        isAuthError(error) && !forceRefresh && atHand && atHand === token && remainingMs(atHand, clock) > 0
          ? atHand.accessToken
          : undefined
      const asked = ask().catch(
        (error: unknown): string | Promise<LentAccessToken | string> =>
          asFallback(error) ?? reclaim(error).then(ask),
      )
      const lent = await abortable(asked, signal)
      if (typeof lent === 'string') return lent
      // A sign-out, or somebody else's sign-in, may have come before this caller's turn.
      if (stillOf(before).record.epoch !== lent.epoch) throw subjectChanged()
      token = tokenOnThisClock(lent, clock)
      return lent.accessToken
    },

    ...(isSealed && {
      async send(request: Request): Promise<Response> {
        const { signal } = request
        signal.throwIfAborted()
        const before = held
        if (!before) throw notSignedIn()
        await abortable(reach(), signal)
        const { packRequest, sendPacked } = await import('./sealed-fetch.ts').catch((cause: unknown) => {
          throw codeNotLoaded(cause)
        })
        const packed = await packRequest(request)
        const attempt = async (): Promise<Response> => {
          const link = await reach()
          return sendPacked(link, { ...packed, epoch: stillOf(before).record.epoch }, signal)
        }
        return attempt().catch((error: unknown) => reclaim(error).then(attempt))
      },
    }),

    async end({ postLogoutRedirectUri }) {
      const known = record.read()
      const epoch = nextSignOut(Math.max(known.epoch, held?.record.epoch ?? 0))
      // Gone from here before the vault is asked, and whatever it answers.
      record.write(signOutRecord(epoch))
      held = undefined
      token = undefined
      ends += 1
      endsUnderWay += 1
      try {
        const ended = await callAgain('end', { postLogoutRedirectUri, record: known })
        note({ session: undefined, record: ended.record })
        const { url, isRevoked, error } = ended
        return { url, isRevoked, error: error && unpackError(error) }
      } catch (error) {
        if (isAuthError(error)) return { url: undefined, isRevoked: false, error }
        throw error
      } finally {
        endsUnderWay -= 1
      }
    },

    current: () => held?.session,

    handOver() {
      const session = held?.session
      const tokens = held &&
        token && {
          ...held.record,
          tokens: { ...token, ...(session?.claims && { claims: session.claims }) },
          isLent: true,
        }
      held = undefined
      token = undefined
      return { session, tokens }
    },

    onChange: changes.on,

    start() {
      isStarted = true
      const withLink = (use: (link: VaultLink) => unknown): void => {
        linking?.then(use).catch(() => undefined) // told to whoever wanted the vault
      }
      const leave = (link: VaultLink): void => link.notify('bye', undefined)
      // It may have been stopped, and have missed something, even where nobody sees it.
      withLink((link) => tell(link, 'resumed'))
      const stops = [
        page.onWake((cause) => withLink((link) => tell(link, cause === 'activated' ? 'visible' : cause))),
        page.onSleep((cause) => withLink(cause === 'hidden' ? (link) => tell(link) : leave)),
      ]
      return () => {
        isStarted = false
        for (const stop of stops) stop()
        withLink(leave)
      }
    },
  }
}

function isLost(error: unknown): boolean {
  return isAuthError(error) && error.code === 'vault_lost'
}

/** Without OpenID Connect nobody has a name, and only one sign-in is known to be one person. */
function isSamePerson(one: Held, other: Held): boolean {
  const subject = one.session.claims?.sub
  return (
    one.record.epoch === other.record.epoch ||
    (subject !== undefined && subject === other.session.claims?.sub)
  )
}

function sessionLost(): SignInRequiredError {
  return new SignInRequiredError(
    'session_ended',
    'The vault does not have the session any more, and no other tab does. Call login().',
  )
}

/** What is told where a session is gone with its vault. */
export function vaultGone(): SignInRequiredError {
  return new SignInRequiredError(
    'session_ended',
    'The vault that kept the session is gone, and no other tab hands the session over. Call login().',
  )
}

function tokenOnThisClock(
  { accessToken, scope, requestedAtMs, expiresAt }: LentAccessToken,
  clock: Clock,
): TokenSet {
  return {
    accessToken,
    tokenType: 'bearer',
    scope,
    requestedAt: onThisClock(requestedAtMs, clock),
    ...(expiresAt !== undefined && { expiresAt }),
  }
}
