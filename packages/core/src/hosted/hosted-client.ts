import { firstState } from '../client/first-state.ts'
import type { AuthClient } from '../client.ts'
import { createCountedStart } from '../counted-start.ts'
import { type AnyAuthError, noBrowser, throwNotLoaded } from '../errors.ts'
import type { AuthEventMap } from '../events.ts'
import type { Explanation } from '../explain.ts'
import { nameInstance } from '../instance-id.ts'
import type { VaultProblem } from '../keeper/keeper.ts'
import { createLiveLink } from '../live-link.ts'
import { plainOptions } from '../plain-options.ts'
import type { HostedPage, PageView } from '../platform/hosted-ports.ts'
import { isEnough } from '../protocol/authentication-facts.ts'
import { saysSignedIn } from '../says-signed-in.ts'
import { absoluteUrl } from '../sign-in/absolute-url.ts'
import { isAt } from '../sign-in/is-at.ts'
import { windowHost } from '../sign-in/window-host.ts'
import { type AuthState, startingState } from '../state.ts'
import { recordKey, signedOutKey, signInKey, storagePrefix } from '../storage-keys.ts'
import { createEmitter, createStore } from '../store.ts'
import { longestUndecidedMs } from '../until-decided.ts'
import { type PlainError, unpackError } from '../vault/plain-error.ts'
import { checkPresence } from './check-presence.ts'
import { connectHost, type HostLink } from './host-link.ts'
import type { HostedOptions } from './hosted-options.ts'
import type { Glance, HostedMethod, HostMessage } from './messages.ts'

/** Stands in for a client that lives in a worker: one of all tabs or, where that is not to be had, one of this page. */
export function composeHostedClient<TUser>(options: HostedOptions, page: HostedPage): AuthClient<TUser> {
  type State = AuthState<TUser>
  type Client = AuthClient<TUser>
  checkPresence(options)
  const { worker, fallback, ...sent } = options
  const instanceId = nameInstance(sent.issuer ?? sent.endpoints?.authorization, sent.clientId, sent.name)
  const prefix = storagePrefix(instanceId)
  const told = createEmitter<[name: string, event: unknown]>()
  const frames = new Map<number, Promise<() => void>>()
  /** The answers of the provider's that are being handled, by the URL that they are in. */
  const callbacks = new Map<string, Promise<unknown>>()
  /** The page, with the provider's answer in its address until the host has told the two apart. */
  const view = (): PageView => ({ ...page.view(), ...(answered !== undefined && { href: answered }) })
  const href = (): string => view().href
  const isCallback = (url: string): boolean => isAt(url, absoluteUrl(options.redirectUri, url))
  const store = createStore<State, State>(
    () =>
      firstState({
        page,
        isCallback: () => isCallback(href()),
        isSignedIn: () => saysSignedIn(page.read('shared', recordKey(prefix))),
        isSignedOut: () => page.read('session', signedOutKey(prefix)) !== undefined,
      }),
    // The host tells its first state too, which the page knows.
    (state, next) => (!next.error && JSON.stringify(next) === JSON.stringify(state) ? state : next),
  )
  let glance: Glance | undefined
  /** Whom the page shows, by the word of the host that told it. */
  let who: string | undefined
  let isStarted = false
  /** The page's URL, with a provider's answer in it that has left the address bar. */
  let answered: string | undefined

  store.subscribe((state, previous) => told.emit('state', { state, previous }))

  const { reach, latest } = createLiveLink(connect)

  async function connect(): Promise<HostLink> {
    if (!page.exists()) throw noBrowser()
    takeAnswer(href())
    const [session, shared] = [page.entries('session', prefix), page.entries('shared', prefix)]
    const context = { setTimer: page.setTimer, prefix, view, hear }
    const hello = { options: sent, view: view(), session, shared }
    const link = await connectHost(worker, { ...context, hello }).catch((problem: VaultProblem) =>
      connectHost(fallback, { ...context, hello: { ...hello, problem } }).catch(throwNotLoaded),
    )
    if (isStarted) link.post({ kind: 'start' })
    return link
  }

  /**
   * Before the first await: nothing that runs later may read the code from the address bar. What is the app's in the
   * address is back as soon as the host has told the two apart.
   */
  function takeAnswer(url: string): void {
    const state = isCallback(url) && new URL(url).searchParams.get('state')
    // What was not begun in this tab may be somebody else's.
    if (!state || page.read('session', signInKey(prefix) + state) === undefined) return
    answered = url
    page.go('replace', url.replace(/[?#].*/, ''))
  }

  function hear(message: HostMessage): void {
    if ('glance' in message) glance = message.glance
    if (message.kind === 'state') {
      const state = revive<State>(message.state)
      // A host that was found anew looks for the session that is shown.
      if (state.status === 'loading' && store.get().status === 'authenticated') return
      who = message.who
      store.dispatch(state)
    } else if (message.kind === 'event') told.emit(message.name, revive(message.event))
    else if (message.kind === 'go') {
      answered = undefined
      page.go(message.how, message.url)
    } else if (message.kind === 'store') page.store(message.where, message.key, message.value)
    else if (message.kind === 'frame') void showFrame(message.frame, message.url)
    // It has given up a page that was away for long.
    else if (message.kind === 'lost') find()
  }

  async function showFrame(frame: number, url: string | undefined): Promise<void> {
    const shown = frames.get(frame)
    if (url === undefined) {
      frames.delete(frame)
      return (await shown)?.()
    }
    const say = (message: unknown): void => tell({ kind: 'said', frame, message })
    frames.set(
      frame,
      page.openFrame().then((open) => open(url, say)),
    )
  }

  function tell(message: Parameters<HostLink['post']>[0]): void {
    latest()?.then(
      ({ post }) => post(message),
      () => undefined, // told to whoever needed the host
    )
  }

  async function run(method: HostedMethod, param?: object | string): Promise<unknown> {
    // As it is asked: the page may show somebody else when it has found its host.
    const asked = who
    const { call } = await reach()
    if (typeof param !== 'object') return call(method, param, { who: asked })
    const { signal, ...plain } = param as { readonly signal?: AbortSignal }
    return call(method, plain, { signal, who: asked })
  }

  /** Looks for a host without being asked. */
  function find(): void {
    reach().catch(unfound)
  }

  function unfound(error: AnyAuthError): void {
    if (page.exists() && store.get().status === 'loading') {
      store.dispatch({ status: 'unauthenticated', reason: 'restore_failed', error })
    }
  }

  function begin(): () => void {
    if (!page.exists()) return () => undefined
    isStarted = true
    if (store.get().status === 'loading') find()
    tell({ kind: 'start' })
    const stops = [
      page.onLife(({ type, persisted }) =>
        tell({ kind: 'life', type, ...(persisted !== undefined && { persisted }), view: view() }),
      ),
      page.onStored((key, value) => {
        if (!key.startsWith(prefix)) return
        tell({ kind: 'stored', key, value })
        // Somebody has signed in, in another tab.
        if (key === recordKey(prefix) && saysSignedIn(value)) find()
      }),
    ]
    return () => {
      isStarted = false
      tell({ kind: 'stop' })
      for (const stop of stops) stop()
    }
  }

  return {
    instanceId,
    identifiedBy: sent.identifiedBy ?? [],
    getState: store.get,
    getServerState: () => startingState,
    subscribe: (listener) => store.subscribe(() => listener()),
    on: (name, listener) =>
      told.on((of, event) => of === name && listener(event as AuthEventMap<TUser>[typeof name])),
    start: createCountedStart(begin),
    async ready() {
      if (store.get().status === 'loading') {
        const late = new Promise((resolve) => page.setTimer(longestUndecidedMs, () => resolve(0)))
        await Promise.race([run('ready').catch(unfound), late])
      }
      return store.get()
    },

    login: (param) => run('login', plainOptions(param)) as Promise<void>,
    register: (param) => run('register', plainOptions(param)) as Promise<void>,
    async requireSession(param) {
      await run('requireSession', param).catch(unfound)
      return store.get()
    },
    async handleCallback(url = href()) {
      // Whoever asks twice for one answer, as a component that mounts twice does, gets one result.
      const result = callbacks.get(url) ?? run('handleCallback', url).finally(() => callbacks.delete(url))
      callbacks.set(url, result)
      return result as ReturnType<Client['handleCallback']>
    },
    handleInitiateLogin: (url = href()) =>
      run('handleInitiateLogin', url) as ReturnType<Client['handleInitiateLogin']>,
    async logout(param) {
      const ask = (): Promise<unknown> => run('logout', plainOptions(param))
      try {
        // Where the host has died of it, another one notes that no later page is to look for the session.
        return revive<Awaited<ReturnType<Client['logout']>>>(await ask().catch(ask))
      } catch (error) {
        const failed = { reason: 'signed_out', error: error as AnyAuthError } as const
        store.dispatch({ status: 'unauthenticated', ...failed })
        return { provider: 'local', isRevoked: false, error: failed.error }
      }
    },

    getAccessToken: (param) => run('getAccessToken', param) as Promise<string>,
    async fetch(input, init) {
      const request = new Request(input, init)
      const asked = who
      const [link, { hostedFetch }] = await Promise.all([
        reach(),
        import('./hosted-fetch.ts').catch(throwNotLoaded),
      ])
      return hostedFetch(link, request, asked)
    },
    refreshUser: () => run('refreshUser') as Promise<TUser>,
    satisfies: (demand) =>
      glance?.authentication !== undefined && isEnough(glance.authentication, demand, Date.now()),
    grantedDetails: () => glance?.grantedDetails,
    sessionEndsAt: () => glance?.sessionEndsAt,
    // Neither of the options that it is for can be had here.
    extendSession: () => undefined,
    explain: () => glance?.explanation ?? explainFirst(store.get()),
    // A worker cannot open a window.
    [windowHost]: undefined,
  }
}

/** What a page can say that has asked nobody. */
function explainFirst({ status, reason }: AuthState<unknown>): Explanation {
  return {
    sentence: `Nobody was asked yet: ${status}, ${reason}.`,
    status,
    reason,
    errorCode: undefined,
    session: undefined,
    keeper: undefined,
    restore: [],
  }
}

/** A value as it was before it travelled. */
function revive<T>(value: unknown): T {
  const { error } = (value ?? {}) as { error?: PlainError }
  return (error ? { ...(value as object), error: unpackError(error) } : value) as T
}
