import { createApiAccess } from './client/api-access.ts'
import { createCallbackOnce } from './client/callback-once.ts'
import { createFailures } from './client/failures.ts'
import { firstState } from './client/first-state.ts'
import { createGuard, type GuardOptions } from './client/guard.ts'
import { createSearch } from './client/search.ts'
import { createCountedStart } from './counted-start.ts'
import { createEngineLoader } from './engine-loader.ts'
import { type AnyAuthError, throwNotLoaded } from './errors.ts'
import { type AuthEventMap, createEventHub } from './events.ts'
import { type Explanation, explainState } from './explain.ts'
import type { AccessTokenRequest } from './keeper/keeper.ts'
import type {
  AuthClientOptions,
  CheckedUserOptions,
  Identified,
  LoadedUserOptions,
  OAuthOptions,
  OpenIdOptions,
} from './options/client-options.ts'
import { parseOptions } from './options/parse-options.ts'
import { type EventLike, plainOptions } from './plain-options.ts'
import { createBrowserPlatform } from './platform/browser.ts'
import type { AuthenticationDemand } from './protocol/authentication-facts.ts'
import type { AuthorizationDetail } from './protocol/authorization-details.ts'
import { rememberSignOut } from './remember-sign-out.ts'
import { createSessionRecordStore } from './session-record.ts'
import { createAppUrls } from './sign-in/app-urls.ts'
import type { CallbackResult } from './sign-in/callback.ts'
import type { InitiatedLogin } from './sign-in/initiated-login.ts'
import type { LoginOptions } from './sign-in/login-options.ts'
import { type WindowHost, windowHost } from './sign-in/window-host.ts'
import type { LogoutOptions, LogoutResult } from './sign-out.ts'
import { signOutTabs } from './sign-out-tabs.ts'
import { type AuthEvent, type AuthState, startingState, transition } from './state.ts'
import { storageKeys } from './storage-keys.ts'
import { createStore } from './store.ts'
import { createTabLine } from './tab-line.ts'
import type { User } from './user.ts'

/**
 * The session of one app at one provider. Every function is bound: take it apart, pass it to `onClick`.
 *
 * @typeParam TUser What `user` is: {@link User} with OpenID Connect, undefined without.
 */
export interface AuthClient<TUser = User> {
  /** Names the app at its provider: two clients of one issuer, client id and `name` have one session. No secret. */
  readonly instanceId: string
  /** Claims that make somebody another to the app, beside `sub`: option `identifiedBy`. For what keeps data per person. */
  readonly identifiedBy: readonly string[]
  /**
   * The session now. The same object until it changes. Where it is `loading` when it is first looked at, the code that
   * will decide it is on its way from then on.
   */
  getState(): AuthState<TUser>
  /** What a server renders, and the first render in hydration: always `loading`. */
  getServerState(): AuthState<TUser>
  /** Calls back after every change. @returns stops it */
  subscribe(listener: () => void): () => void
  /** Listens to one kind of event. @returns stops it */
  on<TName extends keyof AuthEventMap<TUser>>(
    name: TName,
    listener: (event: AuthEventMap<TUser>[TName]) => void,
  ): () => void
  /**
   * Finishes a sign-in where the page is its callback, watches the network and the page, renews ahead of
   * time, and notices when the browser brings back a page that was being left, until the returned function
   * is called. Overlapping starts are counted.
   * `<AuthProvider>` calls it; without React, call it once.
   */
  start(): () => void
  /** The state once it is decided, or after 3 seconds as it then is. Never rejects. */
  ready(): Promise<AuthState<TUser>>
  /**
   * Leaves for the provider's sign-in page. Settles when the navigation has begun; called again
   * meanwhile, it is the same one. A failure is also in the state's `error`.
   *
   * @throws {ConfigurationError} `invalid_option` · `insecure_context` · `storage_unavailable` · …
   * @throws {NetworkError} the provider could not be asked where its sign-in page is
   * @throws {SignInRequiredError} `signing_out`: a sign-out is under way
   */
  login(options?: LoginOptions | EventLike): Promise<void>
  /**
   * As {@link AuthClient.login}, to make an account (Initiating User Registration via OpenID Connect 1.0). Where the
   * provider's metadata does not list that, it is a plain sign-in, and the listeners of `error` hear `create_unsupported`.
   */
  register(options?: Omit<LoginOptions, 'prompt'> | EventLike): Promise<void>
  /**
   * For guards and loaders: gives the state where somebody is signed in, as `acrValues` and `maxAge` demand, and
   * otherwise starts a sign-in by itself, at most twice per user gesture, never right after a sign-out. Never rejects:
   * read the state, and ask {@link AuthClient.satisfies} where you demanded something. Option `signal` is for who may
   * not need it any more.
   */
  requireSession(options?: GuardOptions): Promise<AuthState<TUser>>
  /**
   * Finishes a sign-in with the provider's answer (default: the page's URL). `<Callback>` calls it.
   *
   * @throws {AuthError} whatever kept the sign-in from finishing; `returnTo` says where it was to go
   */
  handleCallback(url?: string): Promise<CallbackResult>
  /**
   * Answers a third party that wants somebody signed in here (OpenID Connect Core 1.0 §4): call it on the page that is
   * registered as `initiate_login_uri`. It leaves for the provider by itself, at most twice per user gesture. Whoever is
   * signed in stays so: then `isLeaving` is false, and the page goes on to `returnTo`, which is always one of this app.
   *
   * @param url Default: the page's.
   * @throws {ProtocolError} `issuer_mismatch`: it is about another provider · `invalid_login_request`; nothing was done
   * @throws {SignInRequiredError} `login_loop`, and what else {@link AuthClient.login} throws
   */
  handleInitiateLogin(url?: string): Promise<InitiatedLogin>
  /** Ends the session: tokens first, then revocation, then the provider's own session. Never rejects. */
  logout(options?: LogoutOptions | EventLike): Promise<LogoutResult>
  /**
   * An access token that is good now, refreshed where needed: once, however many ask.
   *
   * @throws {SignInRequiredError} there is no session, or it has just ended: call `login()`
   * @throws {NetworkError} it had to be refreshed and could not be; the session is kept
   * @throws {ConfigurationError} `token_sealed`: the vault lets no token into the page
   */
  getAccessToken(request?: AccessTokenRequest): Promise<string>
  /**
   * `fetch` with the access token, to the APIs of option `apis` and to no other address. Where an API refuses the token
   * (401), it is renewed and the request sent once more. Where it is known that nobody is signed in, the request goes
   * without a token, at once. A redirect is an error: it would carry the token to an address that is not listed. From a
   * sealed vault the request is sent by the vault, once its body was read to the end; its answer streams all the same.
   *
   * @throws {ConfigurationError} `url_not_allowed` · `authorization_given`: nothing was sent
   * @throws {SignInRequiredError} `insufficient_scope` · `step_up_required`: the API wants what `login(error.demand)`
   * asks for; `other_authorization_server`: it takes the tokens of others alone (RFC 9728); `not_signed_in`: it wants
   * somebody; and as {@link AuthClient.getAccessToken}
   * @throws {ServerError} `step_up_failed`: it wants what the session has
   * @throws {NetworkError} `request_not_repeated`: a streamed body can be sent only once; and as
   * {@link AuthClient.getAccessToken}
   * @throws what else `fetch` throws
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>
  /**
   * Asks anew who is signed in, and gives what `user` is from then on, in every tab: of the provider's UserInfo (OpenID
   * Connect Core 1.0 §5.3), or of option `loadUser`. Nobody is signed out where that fails.
   *
   * @throws {ConfigurationError} `missing_endpoint`: the provider has no UserInfo · `no_user_info`: it is none of OpenID
   * Connect, and there is no `loadUser` · `claims_rejected`: what came does not fit; `user` stays as it was
   * @throws {ProtocolError} `invalid_user_info`: the answer was about somebody else, or broke another rule
   * @throws {ServerError} `user_info_failed` @throws {NetworkError} as {@link AuthClient.getAccessToken}
   * @throws {SignInRequiredError} as {@link AuthClient.getAccessToken}
   */
  refreshUser(): Promise<TUser>
  /**
   * Whether the person authenticated in one of these ways, and that recently, by the last ID token (OpenID Connect Core
   * 1.0 §2). Where it is false, `login()` or `requireSession()` with the same options asks for it.
   */
  satisfies(demand: AuthenticationDemand): boolean
  /** What was granted in detail (RFC 9396 §7); undefined where the server did not say, and where nobody is signed in. */
  grantedDetails(): readonly AuthorizationDetail[] | undefined
  /**
   * When the session ends by itself, in milliseconds since the epoch: the provider said so (claim `session_expiry`),
   * nothing can renew the access token, or its time is up by options `idleTimeoutSeconds` and `sessionLimitSeconds`.
   * Undefined: as far as this page knows it goes on, or there is none.
   */
  sessionEndsAt(): number | undefined
  /**
   * The person wants to stay signed in: counts as doing something, where option `idleTimeoutSeconds` ends the session of
   * who does nothing, for every tab. A limit of option `sessionLimitSeconds` stays. For a button, and for what only the
   * app sees them do, such as watching a film.
   */
  extendSession(): void
  /** Why somebody is or is not signed in. Holds no secret. */
  explain(): Explanation
  /** For `@latchkey/core/popup`: undefined where no window can be opened. No promise of stability. */
  readonly [windowHost]: WindowHost | undefined
}

/**
 * Makes the session of one app at one provider. Making it does nothing: no request, timer, listener or
 * storage access, so it is safe at module level, on a server and in tests.
 *
 * @throws {ConfigurationError} `invalid_option`, naming the option and the fix
 *
 * @example
 * ```ts
 * import { createAuthClient } from '@latchkey/core'
 *
 * export const auth = createAuthClient({
 *   issuer: 'https://id.example.com',
 *   clientId: 'my-app',
 *   redirectUri: '/callback',
 * })
 * ```
 */
export function createAuthClient<TUser extends Identified = User>(
  options: OpenIdOptions<TUser>,
): AuthClient<TUser>
export function createAuthClient<TUser extends Identified>(
  options: CheckedUserOptions<TUser>,
): AuthClient<TUser>
export function createAuthClient<TUser extends Identified>(
  options: LoadedUserOptions<TUser>,
): AuthClient<TUser>
export function createAuthClient(options: OAuthOptions): AuthClient<undefined>
export function createAuthClient<TUser extends Identified = User>(
  options: AuthClientOptions<TUser>,
): AuthClient<TUser> | AuthClient<undefined>
export function createAuthClient(options: AuthClientOptions): AuthClient<never> {
  return composeClient(options)
}

function composeClient<TUser>(options: AuthClientOptions): AuthClient<TUser> {
  const settings = parseOptions(options)
  const platform = { ...createBrowserPlatform(), ...options.platform }
  const { session: storage, navigation, page } = platform
  const keys = storageKeys(settings.instanceId)
  /** Where the page is; nowhere on a server, where nothing that needs it gets far. */
  const here = (): string => (page.exists() ? navigation.href() : '')
  const urls = createAppUrls(settings, { href: here })
  const record = createSessionRecordStore(platform.shared, keys.record)
  const line = createTabLine(platform.openChannel, settings.instanceId)
  /** Whether the person signed out here while the provider's own session went on, on this page or before. */
  const isSignedOut = (): boolean => storage.get(keys.signedOut) !== undefined
  const store = createStore<AuthState<TUser>, AuthEvent<TUser>>(() => {
    const first = firstState<TUser>({
      page,
      isCallback: () => urls.parseCallback(navigation.href()).kind !== 'elsewhere',
      isSignedIn: () => record.read().status === 'signed_in',
      isSignedOut,
    })
    // A page that shows itself for the first time takes a moment for that, in which this can be on its way.
    if (page.exists() && first.status === 'loading') engine.prepare()
    return first
  }, transition)
  const events = createEventHub<TUser>(settings.identifiedBy)
  // The first to subscribe, so that caches are cleared before a component renders somebody else's name.
  store.subscribe(events.stateChanged)
  // As it is by now: whoever has heard of it before may have signed out at once.
  store.subscribe(() => store.get().status === 'authenticated' && storage.remove(keys.signedOut))

  const engine = createEngineLoader({
    settings,
    platform,
    store,
    events,
    urls,
    keys,
    line,
    record,
    isSignedOut,
  })
  const failures = createFailures(store, events)
  const search = createSearch({ engine, store, record, platform })
  const access = createApiAccess({ engine, search, getState: store.get })
  const requireSession = createGuard({
    engine,
    page,
    failures,
    search,
    getState: store.get,
    here,
    isSignedOut,
  })
  const handleCallback = createCallbackOnce({
    urls,
    storage,
    keys,
    navigation,
    here,
    finish: (callback, leave) =>
      failures.ofSignIn(
        'callback',
        engine.use((loaded) => loaded.finishSignIn(callback), leave),
      ),
  })

  /** Without the engine there are no tokens here: other tabs may have them, and the provider's own session goes on. */
  function signedOutHere(error: AnyAuthError): LogoutResult {
    if (record.read().status === 'signed_in') signOutTabs(record, line)
    rememberSignOut(storage, keys.signedOut)
    store.dispatch({ type: 'signed_out', error })
    return { provider: 'local', isRevoked: false, error }
  }

  function login(options: LoginOptions = {}): Promise<void> {
    storage.remove(keys.signedOut)
    const calledAt = here()
    return failures.ofSignIn(
      'login',
      engine.use(
        (loaded) => loaded.login.byGesture(options, calledAt),
        () => void storage.set(keys.signInAfterReload, JSON.stringify(options)),
      ),
    )
  }

  /** Goes on with the sign-in that somebody asked for on the page before, which could not load what it takes. */
  async function signInAfterReload(): Promise<void> {
    const options = storage.get(keys.signInAfterReload)
    if (!options) return
    storage.remove(keys.signInAfterReload)
    await login(JSON.parse(options))
  }

  function begin(): () => void {
    if (!page.exists()) return () => undefined
    // An app that shows nothing while `loading` would never show its <Callback> either.
    if (store.get().reason === 'callback') void handleCallback()
    search.begin()
    // A failure is in the state, and to the listeners, by then.
    signInAfterReload().catch(() => undefined)
    const stops = [
      engine.start(),
      line.onSignIn((epoch) => void search.adopt(epoch)),
      page.onWake((cause) => {
        if (cause === 'restored') engine.cameBack()
        search.again(cause)
      }),
      line.hold(),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }

  return {
    instanceId: settings.instanceId,
    identifiedBy: settings.identifiedBy,
    getState: store.get,
    getServerState: () => startingState,
    subscribe: (listener) => store.subscribe(() => listener()),
    on: events.on,
    start: createCountedStart(begin),
    ready: search.decided,

    login: (options) => login(plainOptions<LoginOptions>(options)),
    register: (options) => login({ ...plainOptions<LoginOptions>(options), prompt: 'create' }),

    requireSession,
    handleCallback,
    async handleInitiateLogin(url) {
      const { issuer } = settings
      const calledAt = here()
      const { initiateLogin } = await import('./client/initiate-login.ts').catch(throwNotLoaded)
      return initiateLogin({ issuer, engine, page, urls, events, failures, search, calledAt }, url)
    },

    async logout(options) {
      const result = await engine
        .use((loaded) => loaded.logout.byGesture(plainOptions<LogoutOptions>(options)))
        .catch(signedOutHere)
      failures.ofSignOut(result.error)
      return result
    },

    getAccessToken: access.getAccessToken,
    fetch: access.fetch,
    refreshUser: access.refreshUser,
    satisfies: (demand) => engine.current()?.satisfies(demand) ?? false,
    grantedDetails: () => engine.current()?.session()?.authorizationDetails,
    sessionEndsAt: () => engine.current()?.sessionEndsAt(),
    extendSession: () => engine.current()?.extendSession(),

    explain() {
      const loaded = engine.current()
      return explainState(store.get(), loaded?.session(), {
        keeper: loaded?.keeper(),
        restore: loaded?.restoreReport() ?? [],
        isRecovering: loaded?.isRecovering(),
      })
    },

    [windowHost]: {
      platform,
      events,
      authentication: () => engine.current()?.authentication(),
      begin: (begin, demand) => engine.use(({ signIn }) => begin(signIn, demand)),
    },
  }
}
