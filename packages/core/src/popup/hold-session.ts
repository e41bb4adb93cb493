import { abortable } from '../abortable.ts'
import { type AnyAuthError, isAuthError, notSignedIn, subjectChanged } from '../errors.ts'
import type { OnSessionLost, SessionHold, SessionHoldContext } from '../session-hold.ts'
import type { AuthState } from '../state.ts'

/**
 * For option `onSessionLost`: where the session ends by itself, the page stays as it is, with whoever was signed in. The
 * state is still `authenticated`, its reason `suspended`; guards leave their children alone; and whoever calls an API
 * waits. {@link reauthenticate} gets the session back, in this tab or another, and the calls go on, unless somebody else
 * has signed in. A sign-out, in whatever tab, ends the waiting.
 *
 * Without it, the state becomes `unauthenticated`, and the calls fail. What the person sees of their data stays on the
 * screen as long: choose it where people fill in forms, not where they leave a page open in public.
 *
 * @example
 * ```ts
 * import { createAuthClient } from '@latchkey/core'
 * import { holdSession } from '@latchkey/core/popup'
 *
 * export const auth = createAuthClient({
 *   issuer: 'https://id.example.com',
 *   clientId: 'my-app',
 *   redirectUri: '/callback',
 *   onSessionLost: holdSession,
 * })
 * ```
 */
export const holdSession: OnSessionLost = (context) => {
  const { store, tokens, subject } = context
  /** What whoever waits is told where nobody gets the session back. */
  let error: AnyAuthError = notSignedIn()

  function takes({ reason, error: why }: Parameters<SessionHold['takes']>[0]): boolean {
    // Whoever signed out is to see nothing more, and nobody what is another's.
    if (!/^session_(ended|lost|expired)$/.test(reason) || store.get().status !== 'authenticated') return false
    error = why ?? notSignedIn()
    store.dispatch({ type: 'session_suspended' })
    watchForSignOut(context)
    return true
  }

  /** @throws {AuthError} nobody got the session back, or another person is there */
  async function resumed(signal: AbortSignal | undefined): Promise<void> {
    const wanted = subject()
    const why = error
    await abortable(untilOver(context), signal)
    if (store.get().status !== 'authenticated') throw why
    // Nobody's call is made in the name of somebody else, nor in that of somebody who has no name.
    if (wanted === undefined || subject() !== wanted) throw subjectChanged()
  }

  async function call<T>(run: (isAgain: boolean) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (isSuspended(store.get())) await resumed(signal)
    try {
      return await run(false)
    } catch (failure) {
      if (!isAuthError(failure) || !isSuspended(store.get())) throw failure
      await resumed(signal)
      return run(true)
    }
  }

  return {
    takes,
    getAccessToken: (request) =>
      call(
        // What was just got is not what was to be replaced.
        (isAgain) => tokens.getAccessToken(isAgain ? { ...request, forceRefresh: false } : request),
        request?.signal,
      ),
    send: (sent) => call(async () => tokens.send?.(sent), sent.request.signal),
  }
}

function isSuspended({ reason }: AuthState<unknown>): boolean {
  return reason === 'suspended'
}

/** Settles when the session is back, or given up. While the page is being left, neither is known. */
function untilOver({ store }: Pick<SessionHoldContext, 'store'>): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.subscribe((state) => {
      if (isSuspended(state) || state.status === 'redirecting') return
      stop()
      resolve()
    })
  })
}

/** The tokens are gone, so that the keeper no longer cares who signs out. A page that was frozen has heard nothing. */
function watchForSignOut({ store, line, record, page, rememberSignOut }: SessionHoldContext): void {
  const { epoch } = record.read()
  const signedOut = (): void => {
    rememberSignOut()
    store.dispatch({ type: 'session_ended', reason: 'signed_out_elsewhere' })
  }
  const stops = [
    line.onMessage((message) => {
      const { kind, epoch: outAt } = message as { kind?: unknown; epoch?: unknown }
      if (kind === 'signed_out' && typeof outAt === 'number' && outAt > epoch) signedOut()
    }),
    page.onWake(() => {
      const now = record.read()
      if (now.status === 'signed_out' && now.epoch > epoch) signedOut()
    }),
  ]
  void untilOver({ store }).then(() => {
    for (const stop of stops) stop()
  })
}
