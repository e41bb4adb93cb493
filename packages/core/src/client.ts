import { abortable } from './abortable.ts'
import { createCountedStart } from './counted-start.ts'
import type { Engine } from './engine.ts'
import { createEngineLoader } from './engine-loader.ts'
import { nextSignOut } from './epoch.ts'
import { type AnyAuthError, isAuthError, notSignedIn } from './errors.ts'
import { type AuthEventMap, createEventHub } from './events.ts'
import { type Explanation, explainState } from './explain.ts'
import type { AccessTokenRequest, Session } from './keeper/keeper.ts'
import { type AuthClientOptions, type OAuthOptions, type OpenIdOptions, parseOptions } from './options.ts'
import { type EventLike, plainOptions } from './plain-options.ts'
import { createBrowserPlatform } from './platform/browser.ts'
import { createSessionRecordStore, type SessionRecord, signOutRecord } from './session-record.ts'
import { createAppUrls } from './sign-in/app-urls.ts'
import type { CallbackResult } from './sign-in/callback.ts'
import type { LoginOptions } from './sign-in/login-options.ts'
import type { LogoutOptions, LogoutResult } from './sign-out.ts'
import { type AuthEvent, type AuthState, isSought, startingState, transition } from './state.ts'
import { storageKeys } from './storage-keys.ts'
import { createStore } from './store.ts'
import { createTabLine } from './tab-line.ts'
import { untilAwake, untilOpened } from './until-awake.ts'
import { longestUndecidedMs, untilDecided } from './until-decided.ts'
import { type User, userFromClaims } from './user.ts'

/**
 * The session of one app at one provider. Every function is bound: take it apart, pass it to `onClick`.
 *
 * @typeParam TUser What `user` is: {@link User} with OpenID Connect, undefined without.
 */
export interface AuthClient<TUser = User> {
  /** The session now. The same object until it changes. */
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
   * For guards and loaders: gives the state where somebody is signed in, and otherwise starts a sign-in
   * by itself, at most twice per user gesture, never right after a sign-out. Never rejects: read the state.
   */
  requireSession(options?: LoginOptions): Promise<AuthState<TUser>>
  /**
   * Finishes a sign-in with the provider's answer (default: the page's URL). `<Callback>` calls it.
   *
   * @throws {AuthError} whatever kept the sign-in from finishing; `returnTo` says where it was to go
   */
  handleCallback(url?: string): Promise<CallbackResult>
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
   * `fetch` with the access token, to the APIs of option `apis` and to no other address. From a sealed vault the
   * request is sent by the vault, once its body was read to the end; its answer streams all the same. A redirect is an error: it would carry the token to
   * an address that is not listed.
   *
   * @throws {ConfigurationError} `url_not_allowed`: nothing was sent
   * @throws {SignInRequiredError} and {NetworkError} as {@link AuthClient.getAccessToken}; what else `fetch` throws
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>
  /** Why somebody is or is not signed in. Holds no secret. */
  explain(): Explanation
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
export function createAuthClient(options: OpenIdOptions): AuthClient<User>
export function createAuthClient(options: OAuthOptions): AuthClient<undefined>
export function createAuthClient(options: AuthClientOptions): AuthClient<User> | AuthClient<undefined>
export function createAuthClient(options: AuthClientOptions): AuthClient<never> {
  return composeClient(options, ({ claims }) => (claims && userFromClaims(claims)) as never)
}

function composeClient<TUser>(
  options: AuthClientOptions,
  userOf: (session: Session) => TUser,
): AuthClient<TUser> {
  const settings = parseOptions(options)
  const platform = { ...createBrowserPlatform(), ...options.platform }
  const { session: storage, navigation, page, clock } = platform
  const keys = storageKeys(settings.instanceId)
  /** Where the page is; nowhere on a server, where nothing that needs it gets far. */
  const here = (): string => (page.exists() ? navigation.href() : '')
  const urls = createAppUrls(settings, { href: here })
  const record = createSessionRecordStore(platform.shared, keys.record)
  const line = createTabLine(platform.openChannel, settings.instanceId)
  const store = createStore<AuthState<TUser>, AuthEvent<TUser>>(firstState, transition)
  const events = createEventHub<TUser>()
  // The first to subscribe, so that caches are cleared before a component renders somebody else's name.
  store.subscribe(events.stateChanged)
  store.subscribe(({ status }) => status === 'authenticated' && storage.remove(keys.signedOut))

  /** Whether the person signed out here while the provider's own session went on, on this page or before. */
  const isSignedOut = (): boolean => storage.get(keys.signedOut) !== undefined
  const engine = createEngineLoader(
    { settings, platform, store, urls, keys, line, record, isSignedOut, userOf },
    relay,
  )
  let answer: { readonly urls: readonly string[]; readonly result: Promise<CallbackResult> } | undefined
  const told = new WeakSet<AnyAuthError>()
  let isLooking = false
  /** The last sign-in that this page has asked other tabs for. */
  let adoptedEpoch = 0
  let adopting: Promise<void> | undefined

  function firstState(): AuthState<TUser> {
    if (!page.exists()) return startingState
    // A page that is loaded at the callback path is about to find out; any other begins without a session.
    if (urls.parseCallback(navigation.href()).kind !== 'elsewhere')
      return { status: 'loading', reason: 'callback' }
    // Whatever was signed out of here: somebody has signed in since.
    if (record.read().status === 'signed_in') return { status: 'loading', reason: 'restoring' }
    return { status: 'unauthenticated', reason: isSignedOut() ? 'signed_out' : 'no_session' }
  }

  /** What the engine has to tell goes into the state and to the listeners. */
  function relay({ onChange, rememberSignOut }: Engine): void {
    onChange((change) => {
      if (change.type === 'refreshed') {
        store.dispatch({ type: 'user_changed', user: userOf(change.session) })
        events.emit('refreshed', { accessTokenExpiresAt: change.session.accessTokenExpiresAt })
      } else if (change.type === 'refresh_failed') {
        events.emit('refresh_failed', { error: change.error, retryAt: change.retryAt })
      } else if (change.type === 'adopted') {
        store.dispatch({ type: 'signed_in', user: userOf(change.session), found: 'signed_in_elsewhere' })
      } else {
        if (change.reason === 'signed_out_elsewhere') rememberSignOut()
        store.dispatch({ type: 'session_ended', reason: change.reason, error: change.error })
      }
    })
  }

  /** Once a page, whoever asks first: the page itself, somebody who waits for it, or somebody who wants a token. */
  function lookForSession(): void {
    if (isLooking) return
    isLooking = true
    void untilOpened(page).then(() => (isSought(store.get()) ? restore() : undefined))
  }

  async function restore(): Promise<void> {
    // Counted from here on: the code that does it may be what hangs.
    const cancel = clock.setTimer(longestUndecidedMs, () => store.dispatch({ type: 'restore_timed_out' }))
    await engine
      .use((loaded) => loaded.restore())
      .catch((error: unknown) => {
        if (!isAuthError(error)) throw error
        store.dispatch({ type: 'restore_failed', error })
      })
    cancel()
  }

  function decided(): Promise<AuthState<TUser>> {
    if (page.exists()) lookForSession()
    return untilDecided(store, platform)
  }

  /** Nobody is told that there is no session while it is looked for, however long that takes. */
  async function searched(): Promise<void> {
    if (!page.exists()) return
    await untilOpened(page)
    if (store.get().status === 'loading') await decided()
    if (store.get().reason === 'restore_timeout') await restore()
  }

  /** What kept a session from being found may be over, or a page that was frozen has missed a sign-in. */
  function lookAgain(): void {
    const { status } = store.get()
    // A climb that is under way may fail for what is over now.
    if (isSought(store.get())) void restore()
    else if (status !== 'loading') void adopt(record.read())
  }

  /** Asks the other tabs for a sign-in that this page does not know. Called meanwhile, it is the same question. */
  async function adopt(found: Pick<SessionRecord, 'epoch' | 'status'>): Promise<void> {
    // A page that nobody sees can wait, unless it shows data of somebody else.
    const isUrgent = page.isVisible() || store.get().status === 'authenticated'
    const isNews = found.status === 'signed_in' && found.epoch !== adoptedEpoch
    if (isNews && isUrgent) {
      adoptedEpoch = found.epoch
      adopting = engine
        .use((loaded) => loaded.adopt())
        .catch(() => false)
        .then((isFound) => {
          // Whoever has it may have been frozen: the next sign of life asks again.
          if (!isFound && adoptedEpoch === found.epoch) adoptedEpoch = 0
        })
    }
    return adopting
  }

  /** A failure goes into the state and to the listeners too, once: a call that nobody awaits is not lost. */
  function telling<T>(during: 'login' | 'callback', promise: Promise<T>): Promise<T> {
    promise.catch((error: unknown) => {
      // Whatever else it is, is a bug, and for whoever called.
      if (!isAuthError(error) || told.has(error)) return
      told.add(error)
      store.dispatch({ type: 'sign_in_failed', error })
      events.emit('error', { error, during })
    })
    return promise
  }

  /**
   * Whoever signed out, or stopped a navigation, is not sent off again unasked; nor anybody to a provider that does not
   * answer. Stored too: a callback page that finds nothing has a reason of its own.
   */
  function isUnasked({ reason }: AuthState<TUser>): boolean {
    return (
      isSignedOut() ||
      ['signed_out', 'signed_out_elsewhere', 'redirect_cancelled', 'restore_failed'].includes(reason)
    )
  }

  /** Without the engine there are no tokens, but a later page is not to look for a session either. */
  function signedOutHere(error: AnyAuthError): LogoutResult {
    const known = record.read()
    if (known.status === 'signed_in') record.write(signOutRecord(nextSignOut(known.epoch)))
    store.dispatch({ type: 'signed_out', error })
    return { provider: 'local', isRevoked: false, error }
  }

  /** However often it is called for one answer, and with the answer gone from the address bar, one outcome. */
  function handleCallback(url?: string): Promise<CallbackResult> {
    const address = here()
    const callbackUrl = url ?? address
    const callback = urls.parseCallback(callbackUrl)
    const isOurs = callback.kind === 'response' && storage.get(keys.signIn + callback.state) !== undefined
    // Before the first await: nothing that runs later may read the code from the address bar.
    if (isOurs && callbackUrl === address) navigation.replace(callback.cleanUrl)
    if (answer?.urls.includes(callbackUrl)) return answer.result
    const result = telling(
      'callback',
      engine.use((loaded) => loaded.finishSignIn(callback)),
    )
    if (!isOurs && answer) return result
    const asked = { urls: [callbackUrl, isOurs ? callback.cleanUrl : callbackUrl], result }
    const forget = (): void => {
      if (answer === asked) answer = undefined
    }
    answer = asked
    // A page without an answer may have one when it is asked again; an answer that was not sent may be lost.
    result.then(
      () => isOurs || forget(),
      ({ code }: AnyAuthError) => (isOurs && code !== 'code_not_loaded') || forget(),
    )
    return result
  }

  function begin(): () => void {
    if (!page.exists()) return () => undefined
    // An app that shows nothing while `loading` would never show its <Callback> either.
    if (store.get().reason === 'callback') void handleCallback()
    lookForSession()
    const stopEngine = engine.start()
    const release = line.hold()
    const stopHearing = line.onSignIn((epoch) => void adopt({ epoch, status: 'signed_in' }))
    const stopListening = page.onWake((cause) => {
      lookAgain()
      if (cause !== 'restored') return
      const loaded = engine.current()
      loaded?.login.returned()
      loaded?.logout.returned()
      const session = loaded?.session()
      store.dispatch({ type: 'redirect_cancelled', session: session && { user: userOf(session) } })
    })
    return () => {
      stopEngine()
      stopHearing()
      stopListening()
      release()
    }
  }

  return {
    getState: store.get,
    getServerState: () => startingState,
    subscribe: (listener) => store.subscribe(() => listener()),
    on: events.on,
    start: createCountedStart(begin),
    ready: decided,

    login(options) {
      storage.remove(keys.signedOut)
      const calledAt = here()
      return telling(
        'login',
        engine.use(({ login }) => login.byGesture(plainOptions<LoginOptions>(options) ?? {}, calledAt)),
      )
    },

    async requireSession(options = {}) {
      if (page.exists()) await untilOpened(page)
      const state = await decided()
      if (state.status !== 'unauthenticated' || isUnasked(state)) return state
      // Nobody is sent off who does not look, or without a network; and then there may be a session after all.
      await untilAwake(page)
      await adopt(record.read())
      const after = await decided()
      if (after.status !== 'unauthenticated' || isUnasked(after)) return after
      const calledAt = here()
      const leaving = engine.use(({ login }) => login.automatically(options, calledAt))
      await telling('login', leaving).catch((error: unknown) => {
        if (!isAuthError(error)) throw error // the others are in the state
      })
      return store.get()
    },

    handleCallback,

    async logout(options) {
      const result = await engine
        .use((loaded) => loaded.logout.byGesture(plainOptions<LogoutOptions>(options)))
        .catch(signedOutHere)
      if (result.error && !told.has(result.error)) {
        told.add(result.error)
        events.emit('error', { error: result.error, during: 'logout' })
      }
      return result
    },

    async getAccessToken(request) {
      if (store.get().status !== 'authenticated') await abortable(searched(), request?.signal)
      const { reason, error } = store.get()
      // There may be a session, so it is not signing in that helps.
      if (reason === 'restore_failed' && error) throw error
      const loaded = engine.current()
      if (loaded) return loaded.getAccessToken(request)
      throw notSignedIn()
    },

    async fetch(input, init) {
      const request = new Request(input, init)
      if (store.get().status !== 'authenticated') await abortable(searched(), request.signal)
      return engine.use((loaded) => loaded.fetch(request))
    },

    explain() {
      const loaded = engine.current()
      return explainState(store.get(), loaded?.session(), {
        keeper: loaded?.keeper(),
        restore: loaded?.restoreReport() ?? [],
      })
    },
  }
}
