import { abortable } from '../abortable.ts'
import type { ApiRequest } from '../api/api-request.ts'
import { isAuthError, throwNotLoaded } from '../errors.ts'
import type { Settings } from '../options/parse-options.ts'
import type { Clock, Platform } from '../platform/ports.ts'
import { remainingMs } from '../protocol/token-set.ts'
import { normalizeTarget } from '../protocol/token-target.ts'
import { lastSignOut, type SessionRecordStore } from '../session-record.ts'
import { signOutIn } from '../sign-out-elsewhere.ts'
import type { TabLine } from '../tab-line.ts'
import { isUnanswered, type VaultMethods, type VaultSession } from '../vault/messages.ts'
import { unpackError } from '../vault/plain-error.ts'
import { notSignedIn, subjectChanged, tokenSealed } from '../withheld.ts'
import { createCurrentVault, isLost } from './current-vault.ts'
import type { Keeper, LentAccessToken } from './keeper.ts'
import { createToldSession, type ToldSession } from './told-session.ts'
import { isValid } from './validity.ts'
import { connectVault, type VaultLink } from './vault-link.ts'

/** What the page's side of a vault works with. */
export interface VaultKeeperContext {
  readonly settings: Settings
  readonly platform: Pick<Platform, 'clock' | 'page'>
  readonly record: SessionRecordStore
  readonly line: TabLine
}

/** A keeper whose vault may be gone one day: it then hands over the session, and the token where the page was lent one. */
export type VaultKeeper = Keeper & Pick<ToldSession, 'handOver' | 'signedOutAt'>

/** A cold start has to load and compile the worker's code; a page that looks for its session has 2 seconds for all of it. */
const patienceWithoutSessionMs = 1500
/** Who is in a session has it to lose: a device that is busy waking up may take long to start a worker. */
const patienceInSessionMs = 10_000

/**
 * Keeps nothing but what it was last told: the session is in a SharedWorker, which all tabs share. One that stops
 * answering is replaced; where none can be had, every call is rejected with `VaultUnavailable`.
 */
export function createVaultKeeper({ settings, platform, record, line }: VaultKeeperContext): VaultKeeper {
  const { clock, page } = platform
  // Functions stay here.
  const { vault: options, claims, loadUser: _, onSessionLost: __, binding, ...rest } = settings
  const isSealed = options?.sealed ?? false
  const told = createToldSession(record, clock)
  const vault = createCurrentVault(connect)
  let isStarted = false

  async function connect(): Promise<VaultLink> {
    const link = await connectVault({
      createWorker: () => (options as NonNullable<typeof options>).worker(),
      clock,
      settings: {
        ...rest,
        isSealed,
        ...(binding && { binding: { required: binding.required, persists: settings.persist !== undefined } }),
      },
      record: record.read(),
      patienceMs: told.current() ? patienceInSessionMs : patienceWithoutSessionMs,
      onNews: told.hear,
    })
    told.catchUp(link.first)
    if (isStarted) tell(link)
    return link
  }

  /**
   * Has a vault that knows of no session look for it in other tabs, and hears of the one that it has in place of the
   * one that was meant. @throws `error`, where that is no help
   */
  async function reclaim(error: unknown): Promise<void> {
    const isHelp = isAuthError(error) && /^(not_signed_in|subject_changed)$/.test(error.code)
    if (!told.current() || !isHelp) throw error
    const state = await vault.callAgain('restore', { record: record.read() })
    told.catchUp(state)
    const now = told.current()
    if (!now) throw error
    if (!state.session) throw told.lose({ ...now.record, status: 'lost' })
  }

  /** A page whose vault is gone hears nothing from it, so it looks for itself. */
  function lookForSignOut(): void {
    told.signedOutElsewhere(lastSignOut(record.read()))
  }

  /** Tells the vault whether the page is seen, and hears what was missed if it is. Nothing depends on it. */
  function tell(link: VaultLink, cause?: VaultMethods['page'][0]['cause']): void {
    const params = { isVisible: page.isVisible(), cause, record: record.read() }
    if (isUnanswered('page', params)) link.notify('page', params)
    else link.call('page', params).then(told.catchUp, () => undefined)
  }

  const keeper: VaultKeeper = {
    about: () => ({ kind: 'vault' }),

    async restore(request) {
      const take = told.expect()
      const isFirst = !vault.isWanted()
      const { first } = await vault.reach()
      // The first word of a vault that has a session says it all.
      const isAnswered = isFirst && first.session !== undefined
      return take(
        isAnswered ? first : await vault.callAgain('restore', { ...request, record: record.read() }),
      )
    },

    authorize: (parameters) => vault.callAgain('authorize', parameters),

    async redeem(response, grant, { identify, signal } = {}) {
      const take = told.expect()
      const known = record.read()
      const load = typeof identify === 'function' ? identify : undefined
      const answering = load || claims ? await import('./answer-vault.ts').catch(throwNotLoaded) : undefined
      const link = await vault.reach()
      signal?.throwIfAborted()
      const giveUp = (): void => link.notify('give_up', { state: grant.state })
      signal?.addEventListener('abort', giveUp)
      const answerer = answering?.createVaultAnswerer({ claims, load })
      const params = {
        response: response.toString(),
        grant,
        record: known,
        identify: typeof identify === 'function' ? ('page' as const) : identify,
      }
      const state = await link
        .call('redeem', params, answerer && [answerer.port])
        .catch(async (error: unknown) => {
          const refusal = answerer?.refusal()
          if (refusal !== undefined) throw refusal
          if (!isLost(error)) throw signal?.aborted ? signal.reason : error
          // The code may have been sent, and is never sent again; its session may be there all the same.
          const found = await vault.call('restore', { record: known }).catch(() => undefined)
          if (!found?.session || found.record.epoch <= known.epoch) throw error
          return found
        })
        .finally(() => {
          signal?.removeEventListener('abort', giveUp)
          answerer?.close()
        })
      const session = take(state)
      if (!session) throw notSignedIn()
      return session
    },

    async identify(how) {
      const before = told.current()
      if (!before) throw notSignedIn()
      const take = told.expect()
      const ask = async (): Promise<VaultSession> => {
        if (how === 'user_info') return vault.callAgain('identify', undefined)
        const userInfo = await how(await keeper.getAccessToken())
        return vault.callAgain('describe', { epoch: told.stillOf(before).record.epoch, userInfo })
      }
      take(await ask().catch((error: unknown) => reclaim(error).then(ask)))
      return told.stillOf(before).session
    },

    async getAccessToken(asked = {}) {
      const { signal, forceRefresh, minValiditySeconds } = asked
      signal?.throwIfAborted()
      if (isSealed) throw tokenSealed()
      const target = normalizeTarget(asked)
      const before = told.current()
      const atHand = told.token(target)
      if (!before) throw notSignedIn()
      if (atHand && !forceRefresh && isValid(atHand, clock, minValiditySeconds)) return atHand.accessToken
      const { signal: _, ...request } = asked
      const ask = async (): Promise<LentAccessToken | string> => {
        const lent = await vault.callAgain('getAccessToken', request)
        const now = told.current()
        // Of a sign-in that this page has not heard of, or has heard the end of.
        if (now && now.record.epoch !== lent.epoch) throw subjectChanged()
        return lent
      }
      /** What still lives is better than an error: the caller asked for more time, not for a new token. */
      const asFallback = (error: unknown): string | undefined =>
        isAuthError(error) &&
        !forceRefresh &&
        atHand &&
        atHand === told.token(target) &&
        remainingMs(atHand, clock) > 0
          ? atHand.accessToken
          : undefined
      const answer = ask().catch(
        (error: unknown): string | Promise<LentAccessToken | string> =>
          asFallback(error) ?? reclaim(error).then(ask),
      )
      // On a device that fell asleep meanwhile, what comes may have run out on its way.
      const fresh = answer.then((lent) => (typeof lent !== 'string' && isOver(lent, clock) ? ask() : lent))
      const lent = await abortable(fresh, signal)
      return typeof lent === 'string' ? lent : told.lend(lent, before, target)
    },

    ...(isSealed && {
      async send({ request }: ApiRequest): Promise<Response> {
        const { signal } = request
        signal.throwIfAborted()
        const before = told.current()
        if (!before) throw notSignedIn()
        await abortable(vault.reach(), signal)
        const { packRequest, sendPacked } = await import('./sealed-fetch.ts').catch(throwNotLoaded)
        const packed = await packRequest(request)
        const attempt = async (): Promise<Response> => {
          const link = await vault.reach()
          return sendPacked(link, { ...packed, epoch: told.stillOf(before).record.epoch }, signal)
        }
        return attempt().catch((error: unknown) => reclaim(error).then(attempt))
      },
    }),

    async end({ postLogoutRedirectUri, revokes = true }) {
      const known = record.read()
      const { epoch, settle } = told.signOut()
      // Not left to the vault, which may be gone: so may this page be, before it has noticed.
      line.tell({ kind: 'signing_out', epoch })
      try {
        const ended = await vault.callAgain('end', { postLogoutRedirectUri, record: known, epoch, revokes })
        settle({ session: undefined, record: ended.record })
        const { url, isRevoked, error } = ended
        return { url, isRevoked, error: error && unpackError(error) }
      } catch (error) {
        settle()
        throw error
      }
    },

    current: () => told.current()?.session,

    forget: told.forget,

    handOver: told.handOver,

    signedOutAt: told.signedOutAt,

    onChange: told.onChange,

    start() {
      isStarted = true
      const leave = (link: VaultLink): void => link.notify('bye', undefined)
      // It may have been stopped, and have missed something, even where nobody sees it.
      vault.use((link) => tell(link, 'resumed'))
      lookForSignOut()
      const stops = [
        line.hold(),
        line.onMessage((message) => {
          const epoch = signOutIn(message)
          if (epoch !== undefined) told.signedOutElsewhere(epoch)
        }),
        page.onWake((cause) => {
          lookForSignOut()
          vault.use((link) => tell(link, cause === 'activated' ? 'visible' : cause))
        }),
        page.onSleep((cause) => vault.use(cause === 'hidden' ? (link) => tell(link) : leave)),
      ]
      return () => {
        isStarted = false
        for (const stop of stops) stop()
        vault.use(leave)
      }
    },
  }
  return keeper
}

/** Some are born without a lifetime: those are as good as any that would come. */
function isOver({ requestedAtMs, expiresAt }: LentAccessToken, clock: Clock): boolean {
  return expiresAt !== undefined && expiresAt > requestedAtMs && clock.now().epochMs >= expiresAt
}
