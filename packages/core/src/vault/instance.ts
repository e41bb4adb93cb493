import { findApi } from '../api/find-api.ts'
import { sendWithToken } from '../api/send-with-token.ts'
import { dpop } from '../dpop/dpop.ts'
import { ConfigurationError } from '../errors.ts'
import { createBoundParts } from '../keeper/bound-parts.ts'
import { createMemoryKeeper, type MemoryKeeper } from '../keeper/memory.ts'
import { lockTimeoutMs } from '../keeper/page-keeper.ts'
import type { Platform } from '../platform/ports.ts'
import { createProvider } from '../protocol/provider.ts'
import { createSessionRecordStore, type SessionRecord } from '../session-record.ts'
import { furthest } from '../standing.ts'
import { createTabLine } from '../tab-line.ts'
import { notSignedIn, subjectChanged, tokenSealed } from '../withheld.ts'
import { askPage } from './ask-page.ts'
import { exchangesAtHand } from './exchanges-at-hand.ts'
import type { VaultMethod, VaultMethods, VaultSession, VaultSettings } from './messages.ts'
import { packError } from './plain-error.ts'
import { onCancel, packResponse, unpackRequest } from './sealed-send.ts'

/** What a vault keeps for one client: the session, for all its pages. */
export interface VaultInstance {
  readonly keeper: MemoryKeeper
  /** What a page asks, by method. */
  readonly methods: {
    [TMethod in Exclude<VaultMethod, 'hello' | 'ping' | 'page' | 'bye'>]: (
      params: VaultMethods[TMethod][0],
      port: MessagePort | undefined,
    ) => Promise<VaultMethods[TMethod][1]>
  }
  /** What a page sees in the storage that the vault cannot see. */
  learn(record: SessionRecord): void
  session(): VaultSession
}

/** Makes a {@link VaultInstance}. It renews while one of its pages is seen, and hears other tabs for good. */
export function createVaultInstance(settings: VaultSettings, platform: Platform): VaultInstance {
  const { instanceId, isSealed, apis, requestTimeoutMs } = settings
  const record = createSessionRecordStore(platform.shared, 'session')
  const bound =
    settings.binding &&
    createBoundParts(dpop({ required: settings.binding.required }), {
      platform,
      name: instanceId,
      persists: settings.binding.persists,
      isShared: false,
    })
  const keeper = createMemoryKeeper({
    platform,
    provider: createProvider({
      settings,
      platform,
      cacheKey: 'metadata',
      rare: exchangesAtHand,
      binding: bound?.binding,
    }),
    line: createTabLine(platform.openChannel, instanceId),
    record,
    bound,
    instanceId,
    lockTimeoutMs: lockTimeoutMs(requestTimeoutMs),
    // A refresh token does not leave the vault, and no token a sealed one.
    gives: isSealed ? 'nothing' : 'lend',
  })
  keeper.start()
  /** The sign-ins that are being finished, by `state`. */
  const redeeming = new Map<string, AbortController>()

  function session(): VaultSession {
    const position = keeper.position()
    if (!position) return { session: undefined, record: record.read() }
    const { epoch, refreshes, rotation } = position
    // Of the session that is here: pages may know of a later one, which nobody has handed over.
    return { session: keeper.current(), record: { epoch, status: 'signed_in', refreshes, rotation } }
  }

  function learn(seen: SessionRecord): void {
    const known = record.read()
    if (seen.epoch > known.epoch) {
      record.write(seen)
      keeper.catchUp()
    } else if (seen.epoch === known.epoch) {
      // A page that keeps tokens itself has renewed: who is behind must not send what is spent.
      record.write(furthest(known, seen))
    }
  }

  return {
    keeper,
    session,
    learn,
    methods: {
      async restore(params) {
        learn(params.record)
        if (!keeper.current()) await keeper.restore(params)
        return session()
      },
      authorize: keeper.authorize,
      async redeem({ response, grant, record: seen, identify }, port) {
        learn(seen)
        const isLeftToPage = identify === 'page' && !isSealed
        const stop = new AbortController()
        redeeming.set(grant.state, stop)
        await keeper
          .redeem(new URLSearchParams(response), grant, {
            ...(identify === 'user_info' && { identify }),
            ...(port && {
              accept: (found, { accessToken }) =>
                askPage(
                  port,
                  { session: found, ...(isLeftToPage && { accessToken }) },
                  { clock: platform.clock, patienceMs: lockTimeoutMs(requestTimeoutMs) },
                ),
            }),
            signal: stop.signal,
          })
          .finally(() => redeeming.delete(grant.state))
        return session()
      },
      async give_up({ state }) {
        redeeming.get(state)?.abort(notSignedIn())
        return undefined
      },
      async identify() {
        await keeper.identify('user_info')
        return session()
      },
      async describe({ epoch, userInfo }) {
        keeper.describe(epoch, userInfo)
        return session()
      },
      async getAccessToken(request) {
        if (isSealed) throw tokenSealed()
        return keeper.lend(request)
      },
      async send(packed, port) {
        const api = findApi(packed.url, apis)
        if (!port || !isSealed || !api) throw notAllowed()
        const stop = new AbortController()
        onCancel(port, () => stop.abort())
        const response = await sendWithToken(unpackRequest(packed, stop.signal), {
          async getToken(request) {
            const lent = await keeper.lend({ ...request, ...api.target })
            // Whose it is now, the page has yet to hear: it knows whether that is who the request is for.
            if (lent.epoch !== packed.epoch) throw subjectChanged()
            return lent
          },
          canRenew: () => keeper.current()?.hasRefreshToken ?? false,
          send: platform.send,
          proofs: bound?.binding.proofs,
        })
        return packResponse(response, port)
      },
      async end({ postLogoutRedirectUri, epoch, revokes, record: seen }) {
        learn(seen)
        const { error, ...result } = await keeper.end({ postLogoutRedirectUri, epoch, revokes })
        return { ...result, error: error && packError(error), record: record.read() }
      },
    },
  }
}

function notAllowed(): ConfigurationError {
  return new ConfigurationError(
    'url_not_allowed',
    'The vault sends requests to the APIs of option "apis" only, and only where it is sealed. Add the API there.',
  )
}
