import { type AuthState, isAuthError } from '../../src/index.ts'
import { everythingIn } from '../no-secrets.ts'
import { createNavigationCount, type NavigationCount } from './navigation-count.ts'
import type { ClientFamily, OpenIdProvider } from './openid-provider.ts'
import { possibleCodes } from './possible-codes.ts'
import { createSessionHistory, type SessionHistory } from './session-history.ts'
import type { PageWatcher, SimulatedPage } from './simulated-page.ts'
import type { Timeline } from './timeline.ts'

/** What must never happen, whatever does (the numbers are those of the invariants in the research notes). */
export interface ClientInvariants extends SessionHistory, NavigationCount, PageWatcher {
  /** Whatever a client promised. */
  watch<T>(page: SimulatedPage, name: string, promise: Promise<T>): Promise<T>
  /** Looks at what must hold at any time. */
  check(pages: readonly SimulatedPage[]): void
  /** Looks at what must hold once nothing is left to happen. */
  settled(pages: readonly SimulatedPage[]): void
}

/** What invariants are held against. */
export interface ClientInvariantsContext {
  readonly timeline: Timeline
  readonly provider: OpenIdProvider
  readonly isSealed: boolean
  readonly hasLocks: boolean
  /** Whether what a session hangs on may have been lost with a worker. */
  hasLost(): boolean
  violated(what: string): void
  note(what: string): void
}

interface Call {
  readonly page: SimulatedPage
  readonly name: string
  readonly sinceMs: number
}

/** So long after a sign-out a page that is awake may not have heard of it. */
const newsMs = 500
/** The patience with a frame, on a page that nobody sees. */
const longestRecoveryMs = 10_000
/** The promise, and the throttling of a page that nobody sees. */
const longestReadyMs = 3000 + 1000 + 100

const legal: Readonly<Record<string, readonly string[]>> = {
  loading: ['starting', 'callback', 'restoring'],
  authenticated: ['signed_in', 'restored', 'signed_in_elsewhere', 'redirect_cancelled'],
  redirecting: ['requested'],
  unauthenticated: [
    'no_session',
    'signed_out',
    'signed_out_elsewhere',
    'restore_failed',
    'restore_timeout',
    'sign_in_failed',
    'session_ended',
    'session_expired',
    'session_lost',
    'subject_changed',
    'redirect_cancelled',
  ],
}

/** Makes {@link ClientInvariants}. */
export function createClientInvariants(context: ClientInvariantsContext): ClientInvariants {
  const { timeline, provider, isSealed, hasLocks, hasLost, violated, note } = context
  const calls = new Set<Call>()
  const instances = new Map<string, string>()
  const ownStates = new Map<SimulatedPage, boolean>()
  const history = createSessionHistory(context)
  const navigations = createNavigationCount(context)

  const awakeMs = ({ loop }: SimulatedPage): number =>
    loop.isFrozen ? 0 : timeline.now().monotonicMs - loop.awakeSinceMs

  function keepsSecrets(where: string, value: unknown): void {
    const text = everythingIn(value)
    if (/SENTINEL|eyJ[\w-]+\.eyJ/.test(text))
      violated(`a secret in ${where}: ${text.slice(0, 300)} (invariant 9)`)
  }

  function familyShown({ user }: AuthState<unknown>): ClientFamily | undefined {
    const { family } = (user ?? {}) as { family?: number }
    return family === undefined ? undefined : provider.families[family - 1]
  }

  function checkShape(who: string, state: AuthState<unknown>): void {
    const { status, reason, user, error, ...more } = state as AuthState<unknown> & { to?: string }
    const isLegal =
      legal[status]?.includes(reason) &&
      (user !== undefined) === (status === 'authenticated') &&
      (error === undefined || (status === 'unauthenticated' && isAuthError(error))) &&
      Object.keys(more).join() === (status === 'redirecting' ? 'to' : '')
    if (!isLegal) violated(`${who} shows ${JSON.stringify(state)} (invariant 7)`)
    if (error) keepsSecrets('the state', error)
  }

  /** Only what a provider, a person or a lost keeper can do ends a session (invariant 3). */
  function checkEnd(who: string, state: AuthState<unknown>, family: ClientFamily | undefined): void {
    const { status, reason } = state
    if (status === 'loading') violated(`${who} forgot its session to look for one`)
    if (status !== 'unauthenticated' || !family) return
    const why = `${who} ended family ${family.number} (${reason})`
    const isKnown = [
      'signed_out',
      'signed_out_elsewhere',
      'session_ended',
      'session_expired',
      'session_lost',
      'restore_failed',
    ]
    if (!isKnown.includes(reason)) violated(`${why} (invariant 3)`)
    if (reason === 'session_ended' && !family.isRevoked)
      violated(`${why}, but the provider has not refused it (invariant 3)`)
    if (reason === 'session_lost' && !hasLost()) violated(`${why}, but no vault is gone (invariant 3)`)
    if (reason === 'signed_out_elsewhere' && !history.isOutlived(family))
      violated(`${why}, though nobody signed out (invariant 3)`)
  }

  function isShownTooLong(page: SimulatedPage, family: ClientFamily | undefined): boolean {
    const signOut = family && history.signOutOf(family)
    if (!signOut || page.isCached || page.loop.isFrozen) return false
    // What has run out is still shown while a frame is asked whether it goes on.
    const isRunOut = page.auth.explain().session === undefined
    const limitMs = isRunOut ? newsMs + longestRecoveryMs : newsMs
    return timeline.now().monotonicMs - signOut.atMs > limitMs && awakeMs(page) > limitMs
  }

  return {
    ...history,
    ...navigations,

    loaded(page) {
      const state = new URL(page.href()).searchParams.get('state')
      const isAwaited = state !== null && page.tab.session.keys().some((key) => key.endsWith(state))
      ownStates.set(page, isAwaited)
    },

    started(page, startHref) {
      // Answers are written behind everything else.
      const expected = ownStates.get(page) ? startHref.replace(/[?&](code|error)=.*$/, '') : startHref
      if (page.href() !== expected)
        violated(`page ${page.loop.number} made ${page.href()} of ${startHref} (invariant 5)`)
    },

    shows(page, state, previous) {
      const who = `page ${page.loop.number}`
      const { status, reason, error } = state
      note(
        `${who} shows ${status} (${reason}${error ? `: ${error.code}` : ''}) family ${familyShown(state)?.number ?? '-'}`,
      )
      checkShape(who, state)
      const isSame =
        previous && previous.error === error && JSON.stringify(previous) === JSON.stringify(state)
      if (isSame) violated(`${who} renders for nothing (invariant 7)`)
      if (previous?.status === 'authenticated') checkEnd(who, state, familyShown(previous))
      const family = familyShown(state)
      if (family && family.clientId !== 'app') violated(`${who} shows somebody of another app (invariant 11)`)
      if (isShownTooLong(page, family))
        violated(`${who} begins to show family ${family?.number}, which was signed out (invariant 8)`)
    },

    neighbourShows(page, state) {
      const who = `the neighbour on page ${page.loop.number}`
      note(`${who} shows ${state.status} (${state.reason})`)
      checkShape(who, state)
      const family = familyShown(state)
      if (family && family.clientId !== 'neighbour') violated(`${who} shows somebody else (invariant 11)`)
      if (state.reason === 'signed_out' || state.reason === 'signed_out_elsewhere')
        violated(`${who} was signed out (invariant 11)`)
    },

    ofInstance(client, name) {
      const [, instance = ''] = name.split('.')
      const known = instances.get(client)
      const isTaken = [...instances].some(([other, theirs]) => other !== client && theirs === instance)
      if (!name.startsWith('latchkey.') || isTaken || (known !== undefined && known !== instance))
        violated(`${client} uses ${name} (invariant 11)`)
      instances.set(client, instance)
    },

    watch(page, name, promise) {
      const call: Call = { page, name, sinceMs: timeline.now().monotonicMs }
      calls.add(call)
      const settled = (): void => {
        calls.delete(call)
        const tookMs = timeline.now().monotonicMs - call.sinceMs
        const isAwake = page.loop.awakeSinceMs <= call.sinceMs && !page.isCached
        if (name === 'ready' && isAwake && tookMs > longestReadyMs)
          violated(`page ${page.loop.number}: ready() took ${tookMs} ms (invariant 6)`)
      }
      promise.then(settled, (error: unknown) => {
        settled()
        if (error === 'left') return
        if (!isAuthError(error) || !possibleCodes.has(error.code))
          violated(`${name}() rejected with ${String(error)} (invariant 10)`)
        note(
          `page ${page.loop.number}: ${name}() rejected: ${isAuthError(error) ? error.code : String(error)}`,
        )
        keepsSecrets(`the error of ${name}()`, error)
      })
      return promise
    },

    told(to, message) {
      history.told(to, message)
      const isForPage = to.number < 1000
      const forbidden = isSealed ? /SENTINEL-(refresh|access)/ : /SENTINEL-refresh/
      if (isForPage && forbidden.test(JSON.stringify(message)))
        violated('a token that was to stay in the vault was given to a page')
    },

    check(pages) {
      for (const page of pages) {
        const family = familyShown(page.auth.getState())
        if (isShownTooLong(page, family))
          violated(
            `page ${page.loop.number} shows family ${family?.number}, which was signed out (invariant 8)`,
          )
      }
      const [page] = pages
      if (page) keepsSecrets('explain()', page.auth.explain())
    },

    settled(pages) {
      for (const { loop, auth } of pages) {
        const { status, reason } = auth.getState()
        if (status === 'loading' || reason === 'restore_failed' || reason === 'restore_timeout')
          violated(`page ${loop.number} does not know whether somebody is signed in (${reason}, invariant 6)`)
      }
      const shown = new Set(pages.flatMap(({ auth }) => familyShown(auth.getState()) ?? []))
      // Where a sign-in that replaced another is gone with what was lost, whoever missed both keeps the older one.
      // A sealed vault hands nothing to a page that does without one, nor does any tab where there are no locks.
      const isCertain =
        hasLocks && !isSealed && !hasLost() && provider.families.every(({ isExcused }) => !isExcused)
      if (isCertain && shown.size > 1)
        violated(`the pages show families ${[...shown].map(({ number }) => number).join(' and ')}`)
      for (const { page, name } of calls) {
        if (pages.includes(page))
          violated(`page ${page.loop.number}: a promise of ${name}() that does not settle (invariant 10)`)
      }
      for (const { tab } of pages) {
        for (const key of tab.session.keys()) keepsSecrets('sessionStorage', tab.session.get(key))
      }
    },
  }
}
