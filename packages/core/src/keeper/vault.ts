import { abortable } from '../abortable.ts'
import { isAuthError, notSignedIn, SignInRequiredError } from '../errors.ts'
import type { Settings } from '../options.ts'
import type { Clock, Platform } from '../platform/ports.ts'
import { remainingMs, type TokenSet } from '../protocol/token-set.ts'
import type { SessionRecordStore } from '../session-record.ts'
import { createEmitter } from '../store.ts'
import type { VaultMethod, VaultMethods, VaultNews, VaultSession, VaultSettings } from '../vault/messages.ts'
import { unpackError } from '../vault/plain-error.ts'
import { cancelBody, packRequest, unpackResponse } from '../vault/sealed-send.ts'
import type { Keeper, KeeperChange, LentAccessToken, Session } from './keeper.ts'
import { isValid } from './validity.ts'
import { connectVault, type VaultLink } from './vault-link.ts'

/** What the page's side of a vault works with. */
export interface VaultKeeperContext {
  readonly settings: Settings
  readonly platform: Pick<Platform, 'clock' | 'page'>
  readonly record: SessionRecordStore
}

/**
 * Keeps nothing but what it was last told: the session is in a SharedWorker, which all tabs share. One that stops
 * answering is replaced; where none can be had, every call is rejected with `VaultUnavailable`.
 */
export function createVaultKeeper({ settings, platform, record }: VaultKeeperContext): Keeper {
  const { clock, page } = platform
  const { vault, ...rest } = settings
  const isSealed = vault?.sealed === true
  const changes = createEmitter<[change: KeeperChange]>()
  let linking: Promise<VaultLink> | undefined
  let session: Session | undefined
  let token: TokenSet | undefined
  let isStarted = false

  /** What the vault holds, and what other tabs and later pages may know of it. */
  function note({ session: next, epoch }: VaultSession): Session | undefined {
    session = next
    token = undefined
    const known = record.read()
    const status = next ? 'signed_in' : 'ended'
    if (epoch > known.epoch) record.write({ epoch, status, refreshes: 0, rotation: 0 })
    else if (epoch === known.epoch) record.write({ ...known, status })
    return next
  }

  function onNews({ change, epoch }: VaultNews): void {
    if (change.type === 'ended') note({ session: undefined, epoch })
    if ('session' in change) note({ session: change.session, epoch })
    const error = 'error' in change && change.error ? unpackError(change.error) : undefined
    changes.emit({ ...change, ...(error && { error }) } as KeeperChange)
  }

  async function connect(): Promise<VaultLink> {
    const link = await connectVault({
      createWorker: () => (vault as NonNullable<typeof vault>).worker(),
      clock,
      settings: { ...protocolSettings(rest), isSealed },
      record: record.read(),
      onNews,
    })
    // A vault that is new because the last one was lost knows nothing; what is at hand is good until it expires.
    if (link.first.session) note(link.first)
    if (isStarted) tell(link)
    return link
  }

  async function reach(): Promise<VaultLink> {
    if (linking && !(await linking).isAlive()) linking = undefined
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
      if (!isAuthError(error) || error.code !== 'vault_lost') throw error
      return call(method, params)
    })
  }

  /** Tells the vault whether the page is seen. Nothing depends on its hearing it. */
  function tell(link: VaultLink, cause?: VaultMethods['page'][0]['cause']): void {
    link.call('page', { isVisible: page.isVisible(), cause }).catch(() => undefined)
  }

  /** The vault holds no session, though this page is in one: it is another vault, and the first took it along. */
  function lose(): SignInRequiredError {
    const error = new SignInRequiredError(
      'session_ended',
      'The vault that kept the session is gone, and the session with it. Call login().',
    )
    note({ session: undefined, epoch: record.read().epoch })
    changes.emit({ type: 'ended', reason: 'session_ended', error })
    return error
  }

  return {
    about: () => ({ kind: 'vault' }),

    async restore() {
      const kept = await callAgain('restore', { record: record.read() })
      // That this vault has nothing ends nothing: others are asked next.
      return kept.session ? note(kept) : undefined
    },

    authorize: (parameters) => callAgain('authorize', parameters),

    async redeem(response, grant) {
      const result = await call('redeem', { response: response.toString(), grant, record: record.read() })
      const redeemed = note(result)
      if (!redeemed) throw notSignedIn()
      return redeemed
    },

    async getAccessToken({ minValiditySeconds, forceRefresh = false, signal } = {}) {
      signal?.throwIfAborted()
      const before = session
      const held = token
      if (!before) throw notSignedIn()
      if (held && !forceRefresh && isValid(held, clock, minValiditySeconds)) return held.accessToken
      try {
        const lent = await abortable(
          callAgain('getAccessToken', {
            forceRefresh,
            ...(minValiditySeconds !== undefined && { minValiditySeconds }),
          }),
          signal,
        )
        // A sign-out, or somebody else's sign-in, may have come before this caller's turn.
        if (session?.claims?.sub !== before.claims?.sub || !session) throw notSignedIn()
        token = tokenOnThisClock(lent, clock)
        return lent.accessToken
      } catch (error) {
        const isUsable = held && session && !forceRefresh && !signal?.aborted && remainingMs(held, clock) > 0
        if (isUsable) return held.accessToken
        if (isAuthError(error) && error.code === 'not_signed_in' && session) throw lose()
        throw error
      }
    },

    ...(isSealed && {
      async send(request: Request): Promise<Response> {
        const { signal } = request
        signal.throwIfAborted()
        const packed = await packRequest(request)
        const link = await reach()
        const { port1, port2 } = new MessageChannel()
        const cancel = (): void => cancelBody(port1)
        signal.addEventListener('abort', cancel, { once: true })
        const transfer = packed.body ? [port2, packed.body] : [port2]
        const head = await abortable(link.call('send', packed, transfer), signal)
        return unpackResponse(head, port1, signal)
      },
    }),

    async end({ postLogoutRedirectUri }) {
      const known = record.read()
      // Gone from here before the vault is asked, and whatever it answers.
      session = undefined
      token = undefined
      try {
        const { epoch, ...result } = await call('end', { postLogoutRedirectUri, record: known })
        note({ session: undefined, epoch })
        return result
      } catch (error) {
        record.write({ ...record.read(), status: 'ended' })
        if (isAuthError(error)) return { url: undefined, isRevoked: false, error }
        throw error
      }
    },

    current: () => session,

    onChange: changes.on,

    start() {
      isStarted = true
      const inform = (cause?: VaultMethods['page'][0]['cause']): void => {
        linking?.then((link) => tell(link, cause)).catch(() => undefined)
      }
      inform()
      const stops = [
        page.onWake((cause) => inform(cause === 'activated' ? 'visible' : cause)),
        page.onSleep((cause) => {
          if (cause === 'hidden') inform()
          else linking?.then((link) => link.call('bye', undefined)).catch(() => undefined)
        }),
      ]
      return () => {
        isStarted = false
        for (const stop of stops) stop()
      }
    },
  }
}

/** What the vault has to know, and nothing that cannot travel. */
function protocolSettings({
  instanceId,
  protocol,
  issuer,
  endpoints,
  clientId,
  scope,
  requestTimeoutMs,
  clockToleranceSeconds,
  apis,
}: Omit<Settings, 'vault'>): Omit<VaultSettings, 'isSealed'> {
  return {
    instanceId,
    protocol,
    issuer,
    endpoints,
    clientId,
    scope,
    requestTimeoutMs,
    clockToleranceSeconds,
    apis,
  }
}

function tokenOnThisClock(
  { accessToken, scope, requestedAtMs, expiresAt }: LentAccessToken,
  clock: Clock,
): TokenSet {
  const { epochMs, monotonicMs } = clock.now()
  const requestedAt = {
    epochMs: requestedAtMs,
    monotonicMs: monotonicMs - Math.max(0, epochMs - requestedAtMs),
  }
  return {
    accessToken,
    tokenType: 'bearer',
    scope,
    requestedAt,
    ...(expiresAt !== undefined && { expiresAt }),
  }
}
