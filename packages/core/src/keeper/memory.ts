import { type AnyAuthError, isAuthError, NetworkError, notSignedIn, SignInRequiredError } from '../errors.ts'
import type { Platform } from '../platform/ports.ts'
import type { Provider } from '../protocol/provider.ts'
import type { RefreshableTokenSet } from '../protocol/refresh-grant.ts'
import { lifetimeMs, remainingMs, type TokenSet } from '../protocol/token-set.ts'
import { createEmitter } from '../store.ts'
import { createBackoff } from './backoff.ts'
import type { AccessTokenRequest, EndResult, Keeper, KeeperChange, Session } from './keeper.ts'
import { type Renewal, startRenewal } from './renewal.ts'

/** What a memory keeper is made of. */
export interface MemoryKeeperContext {
  readonly platform: Pick<Platform, 'clock' | 'random' | 'page'>
  readonly provider: Provider
}

/** The least validity of a token that is given out, where nothing is asked for: time enough to use it. */
const defaultMinValiditySeconds = 10

/** A token is renewed this long before it expires, or a fifth of its lifetime, whichever is less. */
const renewalWindowMs = 60_000

/** Tokens that live shorter are renewed when asked for only: ahead of time would mean all the time. */
const shortestRenewedMs = 30_000

/** Keeps the tokens in this page's memory: they are gone with it, and nothing else can read them. */
export function createMemoryKeeper({ platform, provider }: MemoryKeeperContext): Keeper {
  const { clock, random, page } = platform
  const changes = createEmitter<[change: KeeperChange]>()
  const backoff = createBackoff(clock, random)
  let held: TokenSet | undefined
  let flight: { readonly of: TokenSet; readonly promise: Promise<TokenSet> } | undefined
  let renewal: Renewal | undefined
  let jitter = 0
  let ends = 0

  function keep(tokens: TokenSet | undefined): void {
    held = tokens
    jitter = random.fraction()
    backoff.reset()
    renewal?.reschedule()
  }

  /**
   * One refresh at a time for one set of tokens, however many wait for it. A request is never repeated by
   * itself; the next call, after the backoff, sends the same refresh token again. Where the lost answer had
   * rotated it, the new one is lost and with it the session, whether it is asked or not: asking is how one
   * learns. Where it had not, asking is what saves the session.
   */
  function refresh(of: TokenSet): Promise<TokenSet> {
    if (flight?.of !== of) {
      const promise = refreshOnce(of).finally(() => {
        if (flight?.promise === promise) flight = undefined
      })
      flight = { of, promise }
    }
    return flight.promise
  }

  async function refreshOnce(before: TokenSet): Promise<TokenSet> {
    const block = backoff.block()
    if (block) throw block.error
    try {
      if (!isRefreshable(before)) throw cannotRefresh()
      // Either is awaited, so that a listener who asks again at the news finds this refresh, not none.
      const after = await (page.isOnline() ? provider.refresh(before) : Promise.reject(offline()))
      if (held !== before) throw discard(after)
      keep(after)
      changes.emit({ type: 'refreshed', session: describe(after) })
      return after
    } catch (error) {
      if (held === before && isAuthError(error)) noteFailure(before, error)
      throw error
    }
  }

  /** Signed out, or signed in anew, meanwhile: what comes late must not bring a session back, nor linger. */
  function discard(tokens: TokenSet): SignInRequiredError {
    provider.revoke(tokens).catch(() => undefined) // nothing more can be done about it
    return notSignedIn()
  }

  /** Only a definitive refusal, another subject, or an expired token that nothing can renew ends a session. */
  function noteFailure(before: TokenSet, error: AnyAuthError): void {
    const { code } = error
    const isExpired = code === 'session_expired' && remainingMs(before, clock) <= 0
    if (code === 'session_ended' || code === 'subject_changed' || isExpired) {
      keep(undefined)
      changes.emit({ type: 'ended', reason: isExpired ? 'session_expired' : code, error })
    } else if (code !== 'session_expired') {
      const retryAt = page.isOnline() ? backoff.failed(error) : undefined
      renewal?.reschedule()
      changes.emit({ type: 'refresh_failed', error, retryAt })
    }
  }

  function dueInMs(): number | undefined {
    if (!held || !page.isOnline()) return undefined
    const lifetime = lifetimeMs(held)
    if (lifetime === Number.POSITIVE_INFINITY || lifetime < shortestRenewedMs) return undefined
    // Pages that got their tokens together do not all come back in the same moment.
    const window = isRefreshable(held) ? Math.min(renewalWindowMs, lifetime / 5) * (1 - jitter / 4) : 0
    return Math.max(remainingMs(held, clock) - window, backoff.block()?.forMs ?? 0)
  }

  return {
    authorize: provider.authorize,

    async redeem(response, grant) {
      const before = ends
      const tokens = await provider.redeem(response, grant)
      if (ends !== before) throw discard(tokens)
      keep(tokens)
      return describe(tokens)
    },

    async getAccessToken({ minValiditySeconds, signal, forceRefresh }: AccessTokenRequest = {}) {
      signal?.throwIfAborted()
      const tokens = held
      if (!tokens) throw notSignedIn()
      if (!forceRefresh && remainingMs(tokens, clock) >= leewayMs(tokens, minValiditySeconds))
        return tokens.accessToken
      try {
        const fresh = await abortable(refresh(tokens), signal)
        // A sign-out may have come between the refresh and this caller's turn.
        if (held !== fresh) throw notSignedIn()
        return fresh.accessToken
      } catch (error) {
        // What still lives is better than an error: the caller asked for more time, not for a new token.
        const isUsable =
          held === tokens && !forceRefresh && !signal?.aborted && remainingMs(tokens, clock) > 0
        if (isUsable) return tokens.accessToken
        throw error
      }
    },

    async end({ postLogoutRedirectUri }) {
      const tokens = held
      ends += 1
      keep(undefined)
      if (!page.isOnline()) return { url: undefined, isRevoked: false, error: offline() }
      return endAtProvider(provider, tokens, postLogoutRedirectUri)
    },

    current: () => held && describe(held),

    onChange: changes.on,

    start() {
      renewal = startRenewal({
        clock,
        page,
        dueInMs,
        renew: () => {
          if (held) refresh(held).catch(() => undefined) // told by `refresh_failed`
        },
        reconnected: backoff.reset,
      })
      return () => {
        renewal?.stop()
        renewal = undefined
      }
    },
  }
}

/**
 * Revokes, and finds out where the browser has to go. A failed revocation may be a CORS rule only, so
 * another answer decides whether the provider is there to be gone to.
 */
async function endAtProvider(
  provider: Provider,
  tokens: TokenSet | undefined,
  postLogoutRedirectUri: string | undefined,
): Promise<EndResult> {
  let isRevoked = false
  try {
    let failure: AnyAuthError | undefined
    if (tokens) {
      isRevoked = await provider.revoke(tokens).catch((error: AnyAuthError) => {
        failure = error
        return false
      })
    }
    if (postLogoutRedirectUri === undefined) return { url: undefined, isRevoked, error: failure }
    if (!isRevoked) await provider.probe()
    const url = await provider.endSessionUrl({ idToken: tokens?.idToken, postLogoutRedirectUri })
    return { url, isRevoked, error: failure }
  } catch (error) {
    return { url: undefined, isRevoked, error: isAuthError(error) ? error : undefined }
  }
}

function describe(tokens: TokenSet): Session {
  return {
    claims: tokens.claims,
    scope: tokens.scope,
    accessTokenExpiresAt: tokens.expiresAt,
    hasRefreshToken: isRefreshable(tokens),
  }
}

function isRefreshable(tokens: TokenSet): tokens is RefreshableTokenSet {
  return tokens.refreshToken !== undefined
}

/** A token that is born with less validity than asked for would otherwise be refreshed at every call. */
function leewayMs(tokens: TokenSet, minValiditySeconds: number | undefined): number {
  const lifetime = lifetimeMs(tokens)
  return minValiditySeconds === undefined
    ? Math.min(defaultMinValiditySeconds * 1000, lifetime / 5)
    : Math.min(minValiditySeconds * 1000, lifetime * 0.8)
}

/** Lets one caller stop waiting for what others may wait for too. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

function cannotRefresh(): SignInRequiredError {
  return new SignInRequiredError(
    'session_expired',
    'The access token cannot be renewed: the provider issued no refresh token. Call login(). ' +
      'To get one, allow the refresh_token grant for this client (some providers want the scope "offline_access").',
  )
}

function offline(): NetworkError {
  return new NetworkError('network_failed', 'The browser is offline. The session is kept; try again later.')
}
