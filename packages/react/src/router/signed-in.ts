import {
  type AuthClient,
  type AuthenticatedState,
  type AuthState,
  ConfigurationError,
  type LoginOptions,
  SignInRequiredError,
  type UnauthenticatedState,
} from '@latchkey/core'
import { abortable } from '@latchkey/core/internal/abortable'
import { reauthenticationRequired } from '../reauthentication-required.ts'

/** Who asks, and where a sign-in is to end. */
export interface Asking {
  readonly returnTo: string
  /** The navigation that waits. */
  readonly signal: AbortSignal
  /** What a sign-in asks for beside that. */
  readonly login?: LoginOptions | undefined
}

/**
 * Waits until somebody is signed in, having started the sign-in where nobody is. While the page is being left, that is
 * until the navigation that asked is given up, or the page is back.
 *
 * @throws {SignInRequiredError} nobody is sent to sign in unasked; its `returnTo` says where the sign-in is to end
 * @throws {ConfigurationError} `no_browser`
 * @throws the signal's reason, once it is aborted
 */
export async function signedIn<TUser>(
  auth: AuthClient<TUser>,
  { login, signal, returnTo: asked }: Asking,
): Promise<AuthenticatedState<TUser>> {
  const returnTo = login?.returnTo ?? asked
  for (;;) {
    signal.throwIfAborted()
    const state = await abortable(auth.requireSession({ ...login, returnTo, signal }), signal)
    if (state.status === 'authenticated' && isAsDemanded(auth, login)) return state
    if (state.reason === 'starting') throw onServer()
    // What is held on to is not to be taken off the screen for an error: whoever wants proof waits until it is back.
    if (state.status === 'authenticated' && state.reason !== 'suspended')
      throw signInNeeded(reauthenticationRequired(), returnTo)
    if (state.status === 'unauthenticated') throw signInNeeded(nobody(state), returnTo)
    await abortable(changed(auth, state, signal), signal)
  }
}

/** Whether somebody who is signed in authenticated so. Of a session that is held on to, nothing can be shown. */
export function isAsDemanded<TUser>(
  { satisfies }: Pick<AuthClient<TUser>, 'satisfies'>,
  { acrValues, maxAge }: LoginOptions = {},
): boolean {
  return (acrValues === undefined && maxAge === undefined) || satisfies({ acrValues, maxAge })
}

function changed<TUser>(
  { getState, subscribe }: AuthClient<TUser>,
  from: AuthState<TUser>,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    if (getState() !== from) return resolve()
    const stop = subscribe(done)
    signal.addEventListener('abort', done)
    function done(): void {
      stop()
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}

function signInNeeded(error: SignInRequiredError, returnTo: string): SignInRequiredError {
  error.returnTo = returnTo
  return error
}

/** The state's own error is everybody's, and would be told another `returnTo` by the next page. */
function nobody({ reason, error }: UnauthenticatedState): SignInRequiredError {
  const known = error?.name === 'SignInRequiredError' ? error : undefined
  const message =
    known?.message ??
    `Nobody is signed in (${reason}), and nobody is sent to sign in unasked after that. ` +
      'Show a button that calls login({ returnTo: error.returnTo }).'
  return new SignInRequiredError(known?.code ?? 'not_signed_in', message, { cause: error })
}

function onServer(): ConfigurationError {
  return new ConfigurationError(
    'no_browser',
    'Who is signed in is known in the browser only. Use requireAuth() in `clientLoader` or `clientMiddleware`, ' +
      'or set `ssr: false` on the route.',
  )
}
