import {
  type AccessTokenRequest,
  type AnyAuthError,
  type Clock,
  type LoginOptions,
  NetworkError,
  type Session,
} from '@latchkey/core'
import {
  type AuthenticationDemand,
  abortable,
  authenticationProblem,
  isSamePerson,
  isValid,
  notSignedIn,
  parseTarget,
  remainingMs,
  renewalDueInMs,
  sessionEndsAt,
  startRenewal,
  subjectChanged,
} from '@latchkey/core/internal'
import { cannotRefresh } from './refresh-failures.ts'
import { testPage } from './test-page.ts'
import { createTokenIssuer, runOut, type TestToken, type TestTokens, tokenFor } from './test-tokens.ts'

/** What a session tells of that nobody asked for. */
export interface TestSessionNews<TUser> {
  /** At `accessTokenExpiresAt`, in milliseconds since the epoch, it runs out. */
  refreshed(user: TUser, accessTokenExpiresAt: number): void
  /** The session goes on. */
  refreshFailed(error: AnyAuthError): void
  ended(reason: 'session_ended' | 'session_expired' | 'subject_changed', error: AnyAuthError): void
}

/** What a {@link TestSession} is made with. */
export interface TestSessionOptions<TUser> {
  readonly accessToken: string
  readonly scope: string
  readonly hasRefreshToken: boolean
  /** Milliseconds since the epoch; undefined where it follows from the tokens. */
  readonly endsAt: number | undefined
  readonly clock: Clock
  /** Hears that somebody has signed in. */
  began(): void
  readonly news: TestSessionNews<TUser>
}

/** What a sign-in asked for. */
export type TestSignInDemand = AuthenticationDemand & Pick<LoginOptions, 'scope' | 'authorizationDetails'>

/** The tokens of a test, or that there are none. */
export interface TestSession<TUser> {
  /** The app is there: what is due happens without being asked for. @returns stops it */
  start(): () => void
  /** Who the tokens are about. */
  current(): { readonly user: TUser } | undefined
  describe(): Session | undefined
  /** Tokens of a new sign-in, in which the person authenticated as asked. */
  begin(user: TUser, asked?: TestSignInDemand): void
  /** There are other tokens than those that the app has heard of. */
  tellRefreshed(): void
  /** The person is described anew, and the tokens stay. */
  describeAnew(user: TUser): void
  /** A refresh describes the person anew. */
  changeUser(user: TUser): void
  /** @returns whether there was something to drop */
  drop(): boolean
  /** The access token has run out. */
  expire(): void
  /** What the next refresh fails with. */
  failNextRefresh(error: AnyAuthError): void
  getAccessToken(request?: AccessTokenRequest): Promise<string>
  /** Whether the person authenticated so. */
  satisfies(demand: AuthenticationDemand): boolean
  endsAt(): number | undefined
  endAt(at: number | undefined): void
}

/** Makes a {@link TestSession}, with nobody signed in. */
export function createTestSession<TUser>(options: TestSessionOptions<TUser>): TestSession<TUser> {
  const { accessToken, scope, hasRefreshToken, clock, news } = options
  const issue = createTokenIssuer<TUser>(accessToken, clock)
  let held: TestTokens<TUser> | undefined
  const flights = new Map<string | undefined, Promise<void>>()
  let nextFailure: AnyAuthError | undefined
  let endsAt = options.endsAt
  let signIns = 0
  let renewal: ReturnType<typeof startRenewal> | undefined

  function hold(next: TestTokens<TUser> | undefined): void {
    held = next
    renewal?.reschedule()
  }

  function renew(before: TestTokens<TUser>, target?: string): void {
    const after = issue(before, target)
    hold(after)
    news.refreshed(after.user, after.expiresAt)
  }

  function end(reason: Parameters<typeof news.ended>[0], error: AnyAuthError): void {
    hold(undefined)
    news.ended(reason, error)
  }

  const isExpired = (of: TestToken): boolean => remainingMs(of, clock) <= 0

  /** One refresh for one target, however many wait for it. */
  function refresh(of: TestTokens<TUser>, target?: string): Promise<void> {
    const known = flights.get(target)
    if (known) return known
    const flight = refreshOnce(of, target).finally(() => flights.delete(target))
    flights.set(target, flight)
    return flight
  }

  async function refreshOnce(before: TestTokens<TUser>, target: string | undefined): Promise<void> {
    // A turn, so that whoever asks meanwhile waits for this refresh.
    await undefined
    // A token for another API may have come meanwhile.
    if (!held || held.user !== before.user || tokenOf(held, target) !== tokenOf(before, target)) return
    const failure = hasRefreshToken ? nextFailure : cannotRefresh(target)
    nextFailure = undefined
    if (!failure) {
      renew(held, target)
      return
    }
    const { code } = failure
    if (code === 'session_ended' || code === 'subject_changed') end(code, failure)
    // That one API's token is refused concerns whoever asked for it, and nobody else.
    else if (target !== undefined && !(failure instanceof NetworkError)) throw failure
    else if (code !== 'session_expired') news.refreshFailed(failure)
    else if (isExpired(before)) end(code, failure)
    throw failure
  }

  /** What the time brings. An end comes at once, so that whoever moves the clock's hands sees it. */
  function renewUnasked(): void {
    if (!held) return
    if (hasRefreshToken)
      refresh(held).catch(() => undefined) // told by `refreshFailed`
    else end('session_expired', cannotRefresh())
  }

  function about(): Session | undefined {
    if (!held) return undefined
    const { epoch, user, scope, details, expiresAt: accessTokenExpiresAt } = held
    const claims = claimsOf(user) as Session['claims']
    return {
      epoch,
      claims,
      scope,
      accessTokenExpiresAt,
      hasRefreshToken,
      ...(details && { authorizationDetails: details }),
    }
  }

  return {
    start() {
      renewal = startRenewal({
        clock,
        page: testPage,
        dueInMs: () => held && renewalDueInMs(held, clock, { canRenew: hasRefreshToken, jitter: 0 }),
        renew: renewUnasked,
        woken: () => undefined,
      })
      return () => {
        renewal?.stop()
        renewal = undefined
      }
    },
    current: () => held,
    describe: about,
    begin(user, asked = {}) {
      signIns += 1
      const { auth_time = clock.now().epochMs / 1000, acr = asked.acrValues?.[0] } = claimsOf(user)
      hold(
        issue({
          user,
          epoch: signIns,
          authenticated: { auth_time, acr },
          scope: asked.scope ?? scope,
          details: asked.authorizationDetails,
        }),
      )
      options.began()
    },
    tellRefreshed() {
      if (held) news.refreshed(held.user, held.expiresAt)
    },
    describeAnew(user) {
      if (held) held = { ...held, user }
    },
    changeUser(user) {
      if (held) renew({ ...held, user })
    },
    drop() {
      const wasHeld = held !== undefined
      hold(undefined)
      nextFailure = undefined
      return wasHeld
    },
    expire() {
      if (!held) return
      held = runOut(held, clock)
      // What can be renewed waits to be asked for, as on a page that slept.
      if (!hasRefreshToken) renewal?.reschedule()
    },
    failNextRefresh(error) {
      nextFailure = error
    },
    async getAccessToken(request = {}) {
      const { signal, forceRefresh, minValiditySeconds } = request
      signal?.throwIfAborted()
      const asked = parseTarget(request)
      const target = asked && JSON.stringify(asked)
      const before = held
      if (!before) throw notSignedIn()
      const token = tokenFor(before, target)
      if (token && !forceRefresh && isValid(token, clock, minValiditySeconds)) return token.accessToken
      try {
        await abortable(refresh(before, target), signal)
      } catch (error) {
        // What still lives is better than an error, where nobody has refused it.
        const isUsable = token && !forceRefresh && !signal?.aborted && held === before && !isExpired(token)
        if (isUsable) return token.accessToken
        throw error
      }
      if (!held) throw notSignedIn()
      const next = tokenOf(held, target)
      if (!isSamePerson(ownerOf(held), ownerOf(before)) || next === undefined) throw subjectChanged()
      return next
    },
    satisfies(demand) {
      const time = { nowSeconds: clock.now().epochMs / 1000, toleranceSeconds: 30 }
      return held !== undefined && authenticationProblem(held.authenticated, demand, time) === undefined
    },
    endsAt() {
      const session = about()
      return session && (endsAt ?? sessionEndsAt(session, { canAskInFrame: false }))
    },
    endAt(at) {
      endsAt = at
    },
  }
}

function tokenOf(held: TestTokens<unknown>, target: string | undefined): string | undefined {
  return tokenFor(held, target)?.accessToken
}

function ownerOf({ epoch, user }: TestTokens<unknown>): Parameters<typeof isSamePerson>[0] {
  return { epoch, claims: claimsOf(user) as Session['claims'] }
}

/** The claims that matter here, if it has any. */
function claimsOf(user: unknown): { sub?: unknown; auth_time?: number; acr?: string } {
  return typeof user === 'object' && user !== null ? user : {}
}
