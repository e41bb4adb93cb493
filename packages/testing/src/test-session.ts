import {
  type AccessTokenRequest,
  type AnyAuthError,
  NetworkError,
  type Session,
  SignInRequiredError,
} from '@latchkey/core'
import {
  type AuthenticationDemand,
  abortable,
  authenticationProblem,
  notSignedIn,
  subjectChanged,
} from '@latchkey/core/internal'

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
  /** Milliseconds since the epoch, as is `now()`. */
  readonly endsAt: number | undefined
  readonly now: () => number
  readonly news: TestSessionNews<TUser>
}

/** What a sign-in asked for. */
export type TestSignInDemand = AuthenticationDemand & { readonly scope?: string | undefined }

/** The tokens of a test, or that there are none. */
export interface TestSession<TUser> {
  /** Who the tokens are about. */
  current(): { readonly user: TUser } | undefined
  describe(): Session | undefined
  /** Tokens of a new sign-in, in which the person authenticated as asked. */
  begin(user: TUser, asked?: TestSignInDemand): void
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

/** As most providers do, and short enough for a test that lets the time pass. */
const lifetimeMs = 300_000

interface Held<TUser> {
  readonly user: TUser
  readonly authenticated: { readonly auth_time: number; readonly acr?: string | undefined }
  readonly scope: string
  readonly accessToken: string
  readonly expiresAt: number
  readonly isExpired: boolean
}

/** Makes a {@link TestSession}, with nobody signed in. */
export function createTestSession<TUser>(options: TestSessionOptions<TUser>): TestSession<TUser> {
  const { accessToken, scope, hasRefreshToken, now, news } = options
  let held: Held<TUser> | undefined
  let flight: Promise<void> | undefined
  let nextFailure: AnyAuthError | undefined
  let issued = 0
  let endsAt = options.endsAt

  function issue(about: Pick<Held<TUser>, 'user' | 'authenticated' | 'scope'>): Held<TUser> {
    issued += 1
    return {
      ...about,
      accessToken: issued === 1 ? accessToken : `${accessToken}-${issued}`,
      expiresAt: now() + lifetimeMs,
      isExpired: false,
    }
  }

  function renew(before: Held<TUser>): void {
    held = issue(before)
    news.refreshed(held.user, held.expiresAt)
  }

  /** One refresh, however many wait for it. */
  function refresh(of: Held<TUser>): Promise<void> {
    flight ??= refreshOnce(of).finally(() => {
      flight = undefined
    })
    return flight
  }

  async function refreshOnce(before: Held<TUser>): Promise<void> {
    // A turn, so that whoever asks meanwhile waits for this refresh.
    await undefined
    if (held !== before) return
    const failure = hasRefreshToken ? nextFailure : cannotRefresh()
    nextFailure = undefined
    if (!failure) {
      renew(before)
      return
    }
    const { code } = failure
    const isOver = code === 'session_expired' ? before.isExpired : isEnd(code)
    if (isOver) {
      held = undefined
      news.ended(code as 'session_ended', failure)
    } else if (code !== 'session_expired') news.refreshFailed(failure)
    throw failure
  }

  return {
    current: () => held,
    describe: () =>
      held && { claims: undefined, scope: held.scope, accessTokenExpiresAt: held.expiresAt, hasRefreshToken },
    begin(user, asked = {}) {
      const { auth_time = now() / 1000, acr = asked.acrValues?.[0] } = claimsOf(user)
      held = issue({ user, authenticated: { auth_time, acr }, scope: asked.scope ?? scope })
    },
    changeUser(user) {
      if (held) renew({ ...held, user })
    },
    drop() {
      const wasHeld = held !== undefined
      held = undefined
      nextFailure = undefined
      return wasHeld
    },
    expire() {
      if (held) held = { ...held, expiresAt: Math.min(held.expiresAt, now()), isExpired: true }
    },
    failNextRefresh(error) {
      nextFailure = error
    },
    async getAccessToken({ signal, forceRefresh } = {}) {
      signal?.throwIfAborted()
      const before = held
      if (!before) throw notSignedIn()
      if (!forceRefresh && !before.isExpired) return before.accessToken
      await abortable(refresh(before), signal)
      if (!held) throw notSignedIn()
      if (claimsOf(held.user).sub !== claimsOf(before.user).sub) throw subjectChanged()
      return held.accessToken
    },
    satisfies(demand) {
      const time = { nowSeconds: now() / 1000, toleranceSeconds: 30 }
      return held !== undefined && authenticationProblem(held.authenticated, demand, time) === undefined
    },
    endsAt: () => (held ? endsAt : undefined),
    endAt(at) {
      endsAt = at
    },
  }
}

/** What a refresh fails with where a test does not say. */
export function networkFailed(): NetworkError {
  return new NetworkError(
    'network_failed',
    'The provider could not be reached (failNextRefresh). The session is kept; try again later.',
  )
}

/** What the provider's end of a session is told with. */
export function sessionEnded(): SignInRequiredError {
  return new SignInRequiredError(
    'session_ended',
    'The provider no longer accepts this session. Call login().',
  )
}

function cannotRefresh(): SignInRequiredError {
  return new SignInRequiredError(
    'session_expired',
    'The access token cannot be renewed: createTestAuth was given hasRefreshToken: false. Call login().',
  )
}

function isEnd(code: AnyAuthError['code']): boolean {
  return code === 'session_ended' || code === 'subject_changed'
}

/** The claims that matter here, if it has any. */
function claimsOf(user: unknown): { sub?: unknown; auth_time?: number; acr?: string } {
  return typeof user === 'object' && user !== null ? user : {}
}
