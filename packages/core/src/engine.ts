import { createApiFetch } from './api/api-fetch.ts'
import type { ApiRequest } from './api/api-request.ts'
import { createCurrentParams } from './current-params.ts'
import { type EventHub, namedIdentity } from './events.ts'
import { createIdentity } from './identity.ts'
import { shortName } from './instance-id.ts'
import type { AccessTokenRequest, Keeper, KeeperDescription, Session } from './keeper/keeper.ts'
import type { KeeperContext } from './keeper/page-keeper.ts'
import type { createKeeperWithUser } from './keeper/with-user.ts'
import { parseTarget } from './options/api-options.ts'
import type { Platform } from './platform/ports.ts'
import {
  type AuthenticationDemand,
  type AuthenticationFacts,
  isEnough,
} from './protocol/authentication-facts.ts'
import type { watchSession } from './provider-session/watch-session.ts'
import { rememberSignOut } from './remember-sign-out.ts'
import { createFrameRung } from './restore/frame-rung.ts'
import { createKeeperRung } from './restore/keeper-rung.ts'
import type { RungReport } from './restore/ladder.ts'
import { createRecovery } from './restore/recovery.ts'
import { createRedirectRung } from './restore/redirect-rung.ts'
import { createRestoration } from './restore/restoration.ts'
import { startRetrying } from './restore/retry.ts'
import { createStorageRung } from './restore/storage-rung.ts'
import { sessionEndsAt } from './session-end.ts'
import type { createSessionLimits } from './session-limits/session-limits.ts'
import type { AppUrls } from './sign-in/app-urls.ts'
import { createBreaker } from './sign-in/breaker.ts'
import { type CallbackResult, finishSignIn } from './sign-in/callback.ts'
import type { CallbackUrl } from './sign-in/callback-url.ts'
import { createLogin, type Login } from './sign-in/login.ts'
import { createPendingStore } from './sign-in/pending.ts'
import type { WindowSignInContext } from './sign-in/window-host.ts'
import { createLogout, type Logout, type UnaskedReason } from './sign-out.ts'
import type { AuthEvent, AuthState } from './state.ts'
import type { Store } from './store.ts'
import { tokenSealed } from './withheld.ts'

/** What the engine is given by the client around it. */
export interface EngineContext<TUser> extends KeeperContext {
  readonly store: Store<AuthState<TUser>, AuthEvent<TUser>>
  readonly urls: AppUrls
  readonly events: EventHub<TUser>
  isSignedOut(): boolean
}

/**
 * Everything that a first paint without a session does not need: signing in and out, and getting a session back. It is
 * loaded when somebody signs in, comes back from it, or was signed in before.
 */
export interface Engine {
  readonly login: Login
  /** For a sign-in in another window. */
  readonly signIn: WindowSignInContext
  finishSignIn(callback: CallbackUrl): Promise<CallbackResult>
  readonly logout: Logout
  /** Asks anew who is signed in: see `AuthClient.refreshUser`. */
  refreshUser(): Promise<unknown>
  /** Looks for a session that is not in this page. */
  restore(): Promise<void>
  /** Looks for the session of another tab that has signed in. @returns whether there is a session now */
  adopt(): Promise<boolean>
  getAccessToken(request?: AccessTokenRequest): Promise<string>
  fetch(sent: ApiRequest): Promise<Response>
  session(): Session | undefined
  keeper(): KeeperDescription
  restoreReport(): readonly RungReport[]
  /** Whether the session is over, and the provider is being asked for another before anybody is told. */
  isRecovering(): boolean
  /** How the person has authenticated; undefined where nobody is signed in. */
  authentication(): AuthenticationFacts | undefined
  /** Whether the person authenticated as asked; also true where nothing is asked, and false where nobody is signed in. */
  satisfies(demand: AuthenticationDemand): boolean
  sessionEndsAt(): number | undefined
  /** Somebody asks for the session to go on, where it ends without that. */
  extendSession(): void
  /** Renews ahead of time until stopped. */
  start(): () => void
  /** The browser brought the page back although it was being left. */
  cameBack(): void
}

/** The code that only some apps ask for. */
export interface EngineParts {
  readonly createKeeperWithUser: typeof createKeeperWithUser
  readonly createSessionLimits: typeof createSessionLimits
  readonly watchSession: typeof watchSession
}

/** Makes the {@link Engine} around a keeper. */
export function createEngine<TUser>(
  context: EngineContext<TUser>,
  plain: Keeper,
  parts: EngineParts | undefined,
): Engine {
  const { settings, platform, keys, store, urls, record, events, line } = context
  const { clock, session: storage, navigation, page } = platform
  const needsUser = settings.userInfo || settings.loadUser
  const keeper = (needsUser && parts?.createKeeperWithUser(plain, context)) || plain
  const signedIn = {
    isWanted: () => store.get().status === 'authenticated',
    onChanged: (listener: () => void) => store.subscribe(() => listener()),
  }
  const limits =
    settings.limits &&
    parts?.createSessionLimits({
      limits: settings.limits,
      platform,
      key: keys.limits,
      record,
      isSignedIn: signedIn.isWanted,
      onStateChanged: signedIn.onChanged,
      end(reason) {
        // Without the ID token the provider would ask the person, who is not there, whether they want to.
        const local = !settings.limits?.isAtProvider || !keeper.current()
        endUnasked(reason, { local })
      },
      extended: () => events.emit('extended', { sessionEndsAt: endsAt() }),
    })
  const params = createCurrentParams(settings.params)
  const identity = createIdentity({
    store,
    claims: settings.claims,
    shows: params.follow,
    began({ claims }, found) {
      noteSid(platform.shared, keys.sid, claims?.sid)
      if (!found) limits?.begin()
      else if (found === 'restored') limits?.goOn()
    },
    held: () => hold?.held(),
  })
  const pending = createPendingStore(storage, clock, keys.signIn)
  const remember = (): void => rememberSignOut(storage, keys.signedOut)
  const isSigningOut = (): boolean => {
    const state = store.get()
    return state.status === 'redirecting' && state.to === 'logout' && logout.isUnderWay()
  }
  const logout = createLogout({ ...context, keeper, navigation, clock, stayedAtProvider: remember })
  const signIn = { ...context, keeper, pending, identity, params, isSigningOut }
  const login = createLogin({ ...signIn, breaker: createBreaker(platform, keys.automatic) })
  const asked = { store: storage, key: keys.askedByRedirect }
  const restoration = createRestoration({
    ...context,
    clock,
    keeper,
    identity,
    asked,
    rungs: [
      createKeeperRung(keeper),
      ...(settings.persist ? [createStorageRung(keeper)] : []),
      createFrameRung({ settings, platform, keeper, record, urls, params, key: keys.frame }),
      createRedirectRung({
        settings,
        page,
        record,
        leave: login.silently,
        // Whoever has loaded the page anew, or has acted in it, goes on with what it shows.
        isInUse: () => store.get().status !== 'loading' && navigation.isUserDriven(),
        ...asked,
      }),
    ],
  })
  /** Before anything of it is shown: a device that was closed is opened again, or a provider that was down is there again. */
  async function restore(): Promise<void> {
    if (!limits?.endIfOver()) await restoration.restore()
  }
  let named: { readonly user: unknown; readonly subject: string | undefined } | undefined
  /** Every call for a token wants to know: it is worked out once for whoever is shown. */
  const subject = (): string | undefined => {
    const { user } = store.get()
    if (named?.user !== user || !named) named = { user, subject: namedIdentity(user, settings.identifiedBy) }
    return named.subject
  }
  const recovery = createRecovery({
    keeper,
    line,
    record,
    page,
    recover: restoration.recover,
    isFinding: restoration.isFinding,
    subject,
  })

  const hold = settings.onSessionLost?.({
    store,
    line,
    record,
    page,
    tokens: recovery,
    subject,
    rememberSignOut: remember,
  })
  const tokens = hold ?? recovery

  function tellRefreshed({ accessTokenExpiresAt }: Session): void {
    events.emit('refreshed', { accessTokenExpiresAt })
  }

  recovery.onChange((change) => {
    if (change.type === 'refreshed' || change.type === 'described') {
      const described = identity.described(change.session)
      if ('error' in described) events.emit('error', { error: described.error, during: 'refresh' })
      if (change.type === 'refreshed') tellRefreshed(change.session)
    } else if (change.type === 'refresh_failed') {
      events.emit('refresh_failed', { error: change.error, retryAt: change.retryAt })
    } else if (change.type === 'adopted') {
      const before = store.get()
      identity.signedIn(change.session, 'signed_in_elsewhere')
      // The same person, described alike: what changed is how they authenticated, perhaps, and the token.
      if (before.status === 'authenticated' && store.get() === before) tellRefreshed(change.session)
    } else if (!hold?.takes(change)) {
      // Nor is the person to be signed straight back in by a page that is loaded later in this tab.
      const isElsewhere = change.reason === 'signed_out_elsewhere'
      if (isElsewhere) remember()
      const reason = (isElsewhere && limits?.endedBecause()) || change.reason
      store.dispatch({ type: 'session_ended', reason, error: change.error })
    }
  })

  function endUnasked(reason: UnaskedReason, options: { readonly local: boolean }): void {
    void logout.unasked(reason, options).then(({ error }) => {
      if (error) events.emit('error', { error, during: 'logout' })
    })
  }

  function endsAt(): number | undefined {
    const session = keeper.current()
    if (!session) return undefined
    const canAskInFrame = settings.silentRedirectUri !== undefined
    const ends = [sessionEndsAt(session, { canAskInFrame }), limits?.endsAt()].filter(
      (end) => end !== undefined,
    )
    return ends.length > 0 ? Math.min(...ends) : undefined
  }

  function authentication(): AuthenticationFacts | undefined {
    const session = keeper.current()
    if (!session) return undefined
    const { acr, auth_time } = session.claims ?? {}
    const { clockToleranceSeconds: toleranceSeconds } = settings
    return { acr, auth_time, clockSkewSeconds: session.clockSkewSeconds ?? 0, toleranceSeconds }
  }

  function satisfies(demand: AuthenticationDemand): boolean {
    const facts = authentication()
    return facts !== undefined && isEnough(facts, demand, clock.now().epochMs)
  }

  const callApi = createApiFetch({
    ...settings,
    keeper: tokens,
    platform,
    satisfies,
    session: keeper.current,
    isAnonymous: () => store.get().status === 'unauthenticated',
  })

  return {
    login,
    signIn,
    finishSignIn: (callback) =>
      finishSignIn({ ...signIn, restoration: { ...restoration, restore } }, callback),
    logout,
    restore,
    adopt: restoration.adopt,
    async refreshUser() {
      limits?.assertAlive()
      const described = identity.described(await keeper.identify('user_info'))
      if ('error' in described) throw described.error
      return described.user
    },
    async getAccessToken(request) {
      if (settings.vault?.sealed) throw tokenSealed()
      if (request) parseTarget(request)
      limits?.assertAlive()
      return tokens.getAccessToken(request)
    },
    async fetch(sent) {
      limits?.assertAlive()
      return callApi(sent)
    },
    session: keeper.current,
    keeper: keeper.about,
    restoreReport: restoration.report,
    authentication,
    isRecovering: recovery.isUnderWay,
    satisfies,
    sessionEndsAt: endsAt,
    extendSession: () => limits?.extend(),
    start() {
      const stops = [
        // First, so that nothing is renewed of what is over.
        limits?.start(),
        keeper.start(),
        (settings.watchProviderSession || undefined) &&
          parts?.watchSession({
            ...context,
            keeper,
            params,
            signedIn,
            found: (session) => identity.signedIn(session, 'restored'),
            over: (reason) => endUnasked(reason, { local: true }),
          }),
        startRetrying({ platform, store, restore }),
      ]
      return () => {
        for (const stop of stops) stop?.()
      }
    },
    cameBack() {
      login.returned()
      logout.returned()
      identity.stayed(keeper.current())
    },
  }
}

/** For `handleFrontChannelLogout`, which has nobody to ask. Best effort, and not to be read from what is stored. */
function noteSid({ get, set, remove }: Platform['shared'], key: string, sid: unknown): void {
  const name = typeof sid === 'string' ? shortName(sid) : undefined
  if (name === get(key)) return
  try {
    if (name === undefined) remove(key)
    else set(key, name)
  } catch {
    // Site data is blocked, so no frame shares it either.
  }
}
