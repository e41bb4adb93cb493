import {
  type AnyAuthError,
  ConfigurationError,
  isAuthError,
  NetworkError,
  SignInRequiredError,
} from '../errors.ts'
import type { Session } from '../keeper/keeper.ts'
import { errorFromProvider, isInteractionNeeded } from '../protocol/authorization-response.ts'
import type { Restoration } from '../restore/restoration.ts'
import type { SessionRecordStore } from '../session-record.ts'
import type { StorageKeys } from '../storage-keys.ts'
import type { CallbackUrl } from './callback-url.ts'
import { handOver } from './hand-over.ts'
import type { SignInContext } from './login.ts'
import type { PendingSignIn, Tombstone } from './pending.ts'
import { parseReturnTo } from './return-to.ts'
import { isForOpener } from './window-state.ts'

/** How a sign-in ended. */
export interface CallbackResult {
  /** Where to go now: path, query and hash of this app. */
  readonly returnTo: string
  /** What `login()` was given. */
  readonly appState?: unknown
}

/** What finishing a sign-in needs beyond what starting it did. */
export interface CallbackContext<TUser> extends SignInContext<TUser> {
  readonly record: SessionRecordStore
  readonly keys: StorageKeys
  readonly restoration: Pick<Restoration, 'restore' | 'cameBack' | 'forget' | 'failed'>
}

/**
 * Turns what came back from the provider into a session. The response has left the address bar already.
 *
 * @throws {AuthError} whatever kept the sign-in from being finished, with its `returnTo`
 */
export async function finishSignIn<TUser>(
  context: CallbackContext<TUser>,
  callback: CallbackUrl,
): Promise<CallbackResult> {
  const { urls, pending } = context
  if (callback.kind === 'elsewhere') throw notACallback(urls.redirectUri())
  if (callback.kind === 'bare') {
    const latest = pending.latest()
    // Some providers drop `state` from their errors. Anybody can make such a link, so its words are not shown.
    if (callback.error !== null && latest) throw errorFromProvider(callback.error, null)
    return settleWithoutResponse(context, latest)
  }
  const { state, parameters } = callback
  const record = pending.find(state)
  switch (record.kind) {
    case 'pending':
      return exchange(context, record.signIn, parameters)
    case 'tombstone':
      return settleWithoutResponse(context, record)
    case 'expired':
      pending.bury(state, { outcome: 'failed', returnTo: record.returnTo })
      throw withReturnTo(expiredSignIn(), parseReturnTo(record.returnTo, urls.origin()) ?? '/')
    case 'unknown':
      if (isForOpener(state)) return handOver(context, callback)
      throw unknownSignIn()
  }
}

async function exchange<TUser>(
  context: CallbackContext<TUser>,
  signIn: PendingSignIn,
  parameters: URLSearchParams,
): Promise<CallbackResult> {
  const { keeper, pending, store, urls, platform, keys, record, restoration, identity } = context
  const { state, appState } = signIn
  // Storage is not trusted with where to go.
  const returnTo = parseReturnTo(signIn.returnTo, urls.origin()) ?? '/'
  pending.bury(state, { outcome: 'started', returnTo })
  store.dispatch({ type: 'callback_started' })
  const finished = (): CallbackResult => {
    pending.bury(state, { outcome: 'finished', returnTo })
    return { returnTo, appState }
  }
  // Somebody has signed in or out since the provider was asked: its answer is not about them (REST-01).
  if (signIn.isRestore && record.read().epoch > Number(platform.session.get(keys.askedByRedirect))) {
    const result = finished()
    await restoration.restore()
    return result
  }
  let session: Session
  try {
    session = await keeper.redeem(parameters, signIn)
  } catch (error) {
    if (signIn.isRestore && isAuthError(error)) {
      settleRestore(context, error)
      return finished()
    }
    // A reload cuts the request off before the page is gone: without an answer nothing is known to have failed.
    if (!(error instanceof NetworkError)) pending.bury(state, { outcome: 'failed', returnTo })
    throw isAuthError(error) ? withReturnTo(error, returnTo) : error
  }
  const result = finished()
  if (signIn.isRestore) restoration.cameBack({ outcome: 'restored' })
  platform.session.remove(keys.askedByRedirect)
  const rejected = identity.signedIn(session, signIn.isRestore ? 'restored' : undefined)
  // A vault that died meanwhile has begun the session all the same: a version of the app that fits its claims will find it.
  if (rejected) throw withReturnTo(rejected, returnTo)
  return result
}

/** Nobody asked to be signed in: that nobody is, is no failure, and what failed is no failure of theirs. */
function settleRestore<TUser>(
  { platform, keys, restoration }: CallbackContext<TUser>,
  error: AnyAuthError,
): void {
  if (isInteractionNeeded(error)) {
    restoration.cameBack({ outcome: 'signed_out' })
    // What another tab has begun since, the provider was not asked about.
    restoration.forget(Number(platform.session.get(keys.askedByRedirect)))
  } else {
    restoration.cameBack({ outcome: 'failed', why: error.code })
    restoration.failed(error)
  }
}

/** A reload of the callback page, a bookmark of it, a step back to it: the answer itself is gone. */
async function settleWithoutResponse<TUser>(
  { keeper, urls, store, record, restoration }: CallbackContext<TUser>,
  tombstone: Tombstone | undefined,
): Promise<CallbackResult> {
  const returnTo = parseReturnTo(tombstone?.returnTo, urls.origin()) ?? '/'
  // Finished on a page that is gone, and the tokens with it, unless somebody else has them.
  if (!keeper.current() && record.read().status === 'signed_in') await restoration.restore()
  if (tombstone?.outcome === 'finished' || keeper.current() || store.get().status === 'redirecting') {
    if (store.get().status === 'loading') restoration.forget()
    return { returnTo }
  }
  throw withReturnTo(tombstone?.outcome === 'started' ? interruptedSignIn() : noSignInPending(), returnTo)
}

function withReturnTo(error: AnyAuthError, returnTo: string): AnyAuthError {
  error.returnTo = returnTo
  return error
}

function notACallback(redirectUri: string): ConfigurationError {
  return new ConfigurationError(
    'not_a_callback',
    `handleCallback() was called on another page than option "redirectUri" (${redirectUri.slice(0, 300)}). Render <Callback> on that route.`,
  )
}

function noSignInPending(): SignInRequiredError {
  return new SignInRequiredError('no_sign_in_pending', 'No sign-in is under way in this tab. Call login().')
}

function unknownSignIn(): SignInRequiredError {
  return new SignInRequiredError(
    'sign_in_unknown',
    'This answer belongs to a sign-in that was not started in this tab, or whose record is gone. Call login() to start again.',
  )
}

function expiredSignIn(): SignInRequiredError {
  return new SignInRequiredError(
    'sign_in_expired',
    'The sign-in took longer than an hour and has expired. Call login() to start again.',
  )
}

function interruptedSignIn(): SignInRequiredError {
  return new SignInRequiredError(
    'sign_in_interrupted',
    'The sign-in was cut off before it was finished, and a code is sent only once. Call login() to start again.',
  )
}
