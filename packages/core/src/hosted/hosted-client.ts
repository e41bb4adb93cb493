import { firstState } from '../client/first-state.ts'
import type { AuthClient } from '../client.ts'
import { createCountedStart } from '../counted-start.ts'
import { type AnyAuthError, throwNotLoaded } from '../errors.ts'
import type { Explanation } from '../explain.ts'
import { nameInstance } from '../instance-id.ts'
import { plainOptions } from '../plain-options.ts'
import type { HostedPage } from '../platform/hosted-ports.ts'
import { isEnough } from '../protocol/authentication-facts.ts'
import { absoluteUrl } from '../sign-in/absolute-url.ts'
import { isAt } from '../sign-in/is-at.ts'
import { windowHost } from '../sign-in/window-host.ts'
import { type AuthState, isSought, startingState } from '../state.ts'
import { recordKey, signedOutKey, storagePrefix } from '../storage-keys.ts'
import { saysSignedIn, saysSignedOut, signedOutAfter } from '../stored-record.ts'
import { longestUndecidedMs } from '../until-decided.ts'
import type { PackedResponseHead } from '../vault/packed.ts'
import { type PlainError, unpackError } from '../vault/plain-error.ts'
import { checkPresence } from './check-presence.ts'
import { createCurrentHost } from './current-host.ts'
import { again, readAnswer } from './host-link.ts'
import type { HostedSender } from './hosted-fetch.ts'
import type { HostedOptions } from './hosted-options.ts'
import type { Glance, HostedMethod, HostMessage } from './messages.ts'
import { createShownSession } from './shown-session.ts'

/** Stands in for a client that lives in a worker: one of all tabs or, where that is not to be had, one of this page. */
export function composeHostedClient<TUser>(options: HostedOptions, page: HostedPage): AuthClient<TUser> {
  type State = AuthState<TUser>
  type Client = AuthClient<TUser>
  checkPresence(options)
  const { issuer, endpoints, clientId, name, redirectUri, identifiedBy = [] } = options
  const instanceId = nameInstance(issuer ?? endpoints?.authorization, clientId, name)
  const prefix = storagePrefix(instanceId)
  /** Where the page is; nowhere on a server. */
  const href = (): string => (page.exists() ? host.view().href : '')
  const isCallback = (url: string): boolean => isAt(url, absoluteUrl(redirectUri, url))
  const readRecord = (): string | undefined => page.read('shared', recordKey(prefix))
  const shown = createShownSession<TUser>(() =>
    firstState({
      page,
      isCallback: () => isCallback(href()),
      isSignedIn: () => saysSignedIn(readRecord()),
      isSignedOut: () => page.read('session', signedOutKey(prefix)) !== undefined,
    }),
  )
  const { getState } = shown
  /** The answers of the provider's that are being handled, by the URL that they are in. */
  const callbacks = new Map<string, Promise<unknown>>()
  let glance: Glance | undefined
  /** What a host had said last that has given up this page. */
  let lastOfLost: Glance | undefined
  let isStarted = false
  let release: (() => void) | undefined
  let told: AnyAuthError | undefined

  const host = createCurrentHost({
    options,
    page,
    prefix,
    isCallback,
    isSignedIn: () => saysSignedIn(readRecord()),
    who: shown.who,
    hear,
    found({ post }) {
      if (isStarted) post({ kind: 'start' })
      mindPending()
    },
  })

  function hear(message: HostMessage): void {
    if ('glance' in message) glance = message.glance
    if (message.kind === 'state') showTold(revive(message.state), message.who)
    else if (message.kind === 'event') shown.emit(message.name, revive(message.event))
    // It has given up a page that was away for long. One that says nothing else is not asked again and again.
    else if (message.kind === 'lost' && lastOfLost !== glance) {
      lastOfLost = glance
      lookAround()
    }
  }

  function showTold(state: State, who: string | undefined): void {
    const before = getState()
    const { status } = before
    // A host that was found anew looks for the session that is shown, or that was looked for in vain: no page blinks for it.
    if (state.status === 'loading' && (status === 'authenticated' || isSought(before))) return
    // Nor does it know that this page was being left.
    if (status === 'redirecting' && state.reason === 'no_session') {
      const reason = before.to === 'login' ? 'redirect_cancelled' : 'signed_out'
      shown.show({ status: 'unauthenticated', reason })
    } else shown.show(state, who)
  }

  /** Shows what no host has told. */
  function show(state: State): void {
    if (!page.exists()) return
    glance = undefined
    shown.show(state)
  }

  /** While something is to come that nobody waits for by a call, it is noticed where the host is gone. */
  function mindPending(): void {
    host.use(({ mind }) => {
      release?.()
      const isPending = isStarted && /^(load|redirect)ing$/.test(getState().status)
      release = isPending ? mind(lookAround) : undefined
    })
  }
  shown.subscribe(mindPending)

  /** Asks the host how things stand: one that is gone says nothing by itself, and the next one tells. */
  function lookAround(): void {
    run('ready').catch(unfound)
  }

  /** A host that is gone has not told of it. */
  function noticeSignOut(): void {
    if (getState().status !== 'authenticated' || !saysSignedOut(readRecord())) return
    show({ status: 'unauthenticated', reason: 'signed_out_elsewhere' })
  }

  function unfound(error: AnyAuthError): void {
    const { reason } = getState()
    if (reason === 'callback') failed('callback', error)
    else if (/^(restoring|restore_timeout|requested)$/.test(reason)) {
      show({ status: 'unauthenticated', reason: 'restore_failed', error })
    }
  }

  /** As the host tells of what failed there: for whoever has not waited for it. */
  function failed(during: 'login' | 'callback' | 'logout', error: AnyAuthError): void {
    if (!page.exists() || told === error) return
    // Several calls may have waited for one host.
    told = error
    const { status } = getState()
    const isInNobodysWay = status === 'loading' || status === 'unauthenticated'
    if (during !== 'logout' && isInNobodysWay) {
      show({ status: 'unauthenticated', reason: 'sign_in_failed', error })
    }
    shown.emit('error', { error, during })
  }

  /** @param during what to call it where it cannot be asked: whatever fails there, the host tells */
  function run(
    method: HostedMethod,
    param?: object | string,
    during?: 'login' | 'callback' | 'logout',
  ): Promise<unknown> {
    const answered = host
      .ask(method, param)
      .catch((error: AnyAuthError) => {
        if (during) failed(during, error)
        throw error
      })
      .then(readAnswer)
    // Who writes `onClick={login}` awaits nothing, and is told by the state.
    if (during) answered.catch(() => undefined)
    return answered
  }

  async function ready(): Promise<State> {
    if (!page.exists() || getState().status !== 'loading') return getState()
    let cancel: (() => void) | undefined
    const late = new Promise<void>((resolve) => {
      cancel = page.setTimer(longestUndecidedMs, resolve)
    })
    await Promise.race([run('ready').catch(unfound), late])
    cancel?.()
    if (getState().reason === 'restoring' && !page.view().isPrerendering) {
      shown.show({ status: 'unauthenticated', reason: 'restore_timeout' })
    }
    return getState()
  }

  function begin(): () => void {
    if (!page.exists()) return () => undefined
    isStarted = true
    if (getState().status === 'loading') lookAround()
    host.tell({ kind: 'start' })
    const stops = [
      page.onLife(({ type, persisted }) => {
        host.tell({ kind: 'life', type, ...(persisted !== undefined && { persisted }), view: host.view() })
        if (type === 'pagehide' || !page.view().isVisible) return
        noticeSignOut()
        // What kept it from being found may be over.
        if (host.isWanted() || isSought(getState())) lookAround()
      }),
      page.onStored((key, value) => {
        if (!key.startsWith(prefix)) return
        host.tell({ kind: 'stored', key, value })
        if (key !== recordKey(prefix)) return
        noticeSignOut()
        // Somebody has signed in, in another tab; or has done what the host should have told.
        if (host.isWanted() || saysSignedIn(value)) lookAround()
      }),
    ]
    return () => {
      isStarted = false
      host.tell({ kind: 'stop' })
      mindPending()
      for (const stop of stops) stop()
    }
  }

  return {
    instanceId,
    identifiedBy,
    getState,
    getServerState: () => startingState,
    subscribe: shown.subscribe,
    on: shown.on,
    start: createCountedStart(begin),
    ready,

    login: (param) => run('login', plainOptions(param), 'login') as Promise<void>,
    register: (param) => run('register', plainOptions(param), 'login') as Promise<void>,
    async requireSession(param) {
      // Whoever is back is not sent off unasked by a host that does not know of it.
      if (getState().reason !== 'redirect_cancelled') {
        await run('requireSession', param).catch((error: AnyAuthError) => {
          // For whoever does not need it any more, no sign-in is started; the others go on.
          if (param?.signal?.aborted) return ready().then(() => undefined)
          const state = getState()
          // A session that is yet to be found, a sign-in that fails would keep from being looked for again.
          return state.status === 'loading' || isSought(state) ? unfound(error) : failed('login', error)
        })
      }
      return getState()
    },
    async handleCallback(url = href()) {
      // Whoever asks twice for one answer, as a component that mounts twice does, gets one result.
      const result =
        callbacks.get(url) ?? run('handleCallback', url, 'callback').finally(() => callbacks.delete(url))
      callbacks.set(url, result)
      return result as ReturnType<Client['handleCallback']>
    },
    handleInitiateLogin: (url = href()) =>
      run('handleInitiateLogin', url, 'login') as ReturnType<Client['handleInitiateLogin']>,
    async logout(param) {
      const record = readRecord()
      // Whatever becomes of the host, and of this page: no later one is to look for the session.
      if (record && saysSignedIn(record)) page.store('shared', recordKey(prefix), signedOutAfter(record))
      try {
        return revive<Awaited<ReturnType<Client['logout']>>>(
          await run('logout', plainOptions(param), 'logout'),
        )
      } catch (thrown) {
        const error = thrown as AnyAuthError
        // The provider's own session goes on: no guard is to sign the person straight back in.
        page.store('session', signedOutKey(prefix), '1')
        show({ status: 'unauthenticated', reason: 'signed_out', error })
        return { provider: 'local', isRevoked: false, error }
      }
    },

    getAccessToken: (param) => run('getAccessToken', param) as Promise<string>,
    async fetch(input, init) {
      const request = new Request(input, init)
      const who = shown.who()
      const [, { hostedFetch }] = await Promise.all([
        host.reach(),
        import('./hosted-fetch.ts').catch(throwNotLoaded),
      ])
      const send: HostedSender['send'] = async ({ call }, _, packed, transfer) =>
        readAnswer(await call('fetch', packed, { transfer, who })) as PackedResponseHead
      return hostedFetch({ reach: host.reach, again, send }, request)
    },
    refreshUser: () => run('refreshUser') as Promise<TUser>,
    satisfies: (demand) =>
      glance?.authentication !== undefined && isEnough(glance.authentication, demand, Date.now()),
    grantedDetails: () => glance?.grantedDetails,
    sessionEndsAt: () => glance?.sessionEndsAt,
    // Neither of the options that it is for can be had here.
    extendSession: () => undefined,
    explain: () => glance?.explanation ?? explainFirst(getState()),
    // A worker cannot open a window.
    [windowHost]: undefined,
  }
}

/** What a page can say that has asked nobody, or nobody was there. */
function explainFirst({ status, reason, error }: AuthState<unknown>): Explanation {
  return {
    sentence: error?.message ?? `Nobody was asked yet: ${status}, ${reason}.`,
    status,
    reason,
    errorCode: error?.code,
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
