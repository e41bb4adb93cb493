import type { CurrentParams } from '../current-params.ts'
import type { EventHub } from '../events.ts'
import type { Identity } from '../identity.ts'
import type { Keeper } from '../keeper/keeper.ts'
import type { Settings } from '../options/parse-options.ts'
import type { Platform } from '../platform/ports.ts'
import { type AuthEvent, type AuthState, isSought } from '../state.ts'
import type { Store } from '../store.ts'
import type { AppUrls } from './app-urls.ts'
import type { Breaker } from './breaker.ts'
import { createUnsupported, insecureContext, loginLoop, signingOut } from './cannot-begin.ts'
import { type LoginOptions, parseLoginOptions } from './login-options.ts'
import type { PendingStore } from './pending.ts'
import { parseReturnTo } from './return-to.ts'
import { isStopped, type Leaving } from './stopped-navigation.ts'

/** What signing in works with. */
export interface SignInContext<TUser> {
  readonly settings: Settings
  readonly platform: Platform
  readonly keeper: Keeper
  readonly store: Store<AuthState<TUser>, AuthEvent<TUser>>
  readonly events: EventHub<TUser>
  readonly urls: AppUrls
  readonly pending: PendingStore
  readonly identity: Identity<TUser>
  readonly params: CurrentParams
  /** Whether the page is being left to sign out. */
  isSigningOut(): boolean
}

/** Leaving for the provider. */
export interface Login {
  /** Because the person asked. `calledAt` is the page's URL at that moment. */
  byGesture(options: LoginOptions, calledAt: string): Promise<void>
  /** Because a page needs it: the breaker may refuse. */
  automatically(options: LoginOptions, need: Need): Promise<void>
  /**
   * To look whether somebody is signed in at the provider, without anybody seeing a page of it.
   *
   * @returns false where the breaker refuses, or where somebody was found or has signed in before the page was left
   */
  silently(): Promise<boolean>
  /** The page is back although it was being left. */
  returned(): void
}

/** What a sign-in is for that nobody clicked for. */
export interface Need {
  /** The page's URL when it arose. */
  readonly calledAt: string
  /** Once it is aborted, the page is not left for it. */
  readonly signal?: AbortSignal | undefined
}

/** The page being left, and for whom: those who have not given up. */
interface Attempt extends Leaving<void> {
  readonly signals: (AbortSignal | undefined)[]
  /** Nobody has asked for it: a session is looked for, which may be found in another way meanwhile. */
  readonly isRestore: boolean
  /** A page needs it, whatever the person does. */
  isNeeded: boolean
  /** The person has gone elsewhere, and is back; or asks for another. */
  isOver?: boolean
}

/** Makes the one way to start a sign-in by redirect. */
export function createLogin<TUser>(context: SignInContext<TUser> & { readonly breaker: Breaker }): Login {
  const { platform, breaker, keeper, store, identity } = context
  let leaving: Attempt | undefined

  /** The page is not being left after all. */
  function stayed(): void {
    leaving = undefined
    const state = store.get()
    if (state.status !== 'redirecting' || state.to !== 'login') return
    identity.stayed(keeper.current())
  }

  function join(attempt: Attempt, signal?: AbortSignal): Promise<void> {
    attempt.signals.push(signal)
    return attempt.promise
  }

  /** However often it is called, one navigation. */
  function once(options: LoginOptions, { signal, ...need }: Need, isRestore = false): Promise<void> {
    if (isStopped(leaving?.goneAtMs, platform.clock)) stayed()
    if (leaving) return join(leaving, signal)
    const signals = [signal]
    const isGivenUp = (): boolean => {
      // Who clicked and went elsewhere does not want to be sent off when they are back; a page that needs it still does.
      if (attempt.isOver && !attempt.isNeeded) return true
      const isFound = isRestore && !isSought(store.get())
      if (!isFound && signals.some((one) => !one?.aborted)) return false
      // Only what nobody clicked for is given up, and the breaker has counted that.
      breaker.takeBack()
      leaving = undefined
      return true
    }
    const promise = leave(context, options, { ...need, isRestore, isGivenUp }).then(
      () => {
        attempt.goneAtMs = platform.clock.now().monotonicMs
      },
      (error: unknown) => {
        if (leaving === attempt) stayed()
        throw error
      },
    )
    const attempt: Attempt = { promise, signals, isRestore, isNeeded: isRestore }
    leaving = attempt
    return promise
  }

  function returned(): void {
    if (leaving) leaving.isOver = true
    leaving = undefined
  }

  return {
    async byGesture(options, calledAt) {
      breaker.reset()
      // What nobody was to see a page of is no answer to somebody who wants to sign in.
      if (leaving?.isRestore && leaving.goneAtMs === undefined) {
        leaving.isNeeded = false
        returned()
      }
      return once(options, { calledAt })
    },

    async automatically(options, need) {
      if (!leaving && !breaker.allow()) throw loginLoop()
      const needed = leaving ? join(leaving, need.signal) : once(options, need)
      if (leaving) leaving.isNeeded = true
      return needed
    },

    async silently() {
      if (leaving || !breaker.allow()) return leaving !== undefined
      await once({ prompt: 'none' }, { calledAt: platform.navigation.href() }, true)
      return leaving !== undefined
    },

    returned,
  }
}

async function leave<TUser>(
  context: SignInContext<TUser>,
  options: LoginOptions,
  { calledAt, isRestore, isGivenUp }: { calledAt: string; isRestore: boolean; isGivenUp(): boolean },
): Promise<void> {
  const { settings, platform, keeper, store, events, urls, pending, params, isSigningOut } = context
  if (isSigningOut()) throw signingOut()
  if (!platform.page.isSecureContext()) throw insecureContext(urls.origin())
  const redirectUri = urls.redirectUri()
  const switchedTo = params.switchedTo()
  const { scope, resources, extra, maxAge, acrValues } = parseLoginOptions(options, {
    ...settings,
    params: params.current(),
  })
  const before = store.get()
  const { url, isCreateLeftOut, ...secrets } = await keeper.authorize({
    redirectUri,
    scope,
    resources,
    statePrefix: settings.statePrefix,
    extra,
  })
  // Whoever asked may have gone elsewhere meanwhile.
  if (isGivenUp()) return
  // It may have begun meanwhile, and whoever signs out does not want to be signed in.
  const after = store.get()
  if (isSigningOut() || (after !== before && after.reason === 'signed_out')) throw signingOut()
  const returnTo = placeToReturnTo(context, options.returnTo ?? calledAt)
  const { appState } = options
  const asked = { redirectUri, scope, maxAge, acrValues, switchedTo }
  pending.save({ ...secrets, ...asked, returnTo, appState, isRestore })
  if (isCreateLeftOut) events.emit('error', { error: createUnsupported(), during: 'login' })
  store.dispatch({ type: 'redirect_started', to: 'login' })
  // Whoever goes back is not to meet a page that sends them off again.
  if (isRestore) platform.navigation.leave(url)
  else platform.navigation.assign(url)
}

/** Coming back to the callback path would end nowhere: what was meant to come after it is wanted still. */
function placeToReturnTo<TUser>({ urls, pending }: SignInContext<TUser>, wanted: string): string {
  const origin = urls.origin()
  const place = parseReturnTo(wanted, origin) ?? '/'
  if (urls.parseCallback(origin + place).kind === 'elsewhere') return place
  return parseReturnTo(pending.latest()?.returnTo, origin) ?? '/'
}
