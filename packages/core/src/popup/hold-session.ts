import { abortable } from '../abortable.ts'
import { type AnyAuthError, isAuthError } from '../errors.ts'
import type { OnSessionLost, SessionHold, SessionHoldContext } from '../session-hold.ts'
import { onSignOutElsewhere } from '../sign-out-elsewhere.ts'
import { notSignedIn, subjectChanged } from '../withheld.ts'

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
  let held: Held | undefined

  function takes({ reason, error = notSignedIn() }: Parameters<SessionHold['takes']>[0]): boolean {
    const { status, user } = store.get()
    // Whoever signed out is to see nothing more, and nobody what is another's.
    if (!/^session_(ended|lost|expired)$/.test(reason) || status !== 'authenticated') return false
    const mine: Held = { user, subject: subject(), error }
    held = mine
    store.dispatch({ type: 'session_suspended' })
    watchForSignOut(context, () => {
      if (held === mine) held = undefined
    })
    return true
  }

  /** @throws {AuthError} nobody got the session back, or another person is there */
  async function resumed(
    { error }: Held,
    wanted: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await abortable(new Promise<void>((resolve) => whenOver(store, resolve)), signal)
    if (store.get().status !== 'authenticated') throw error
    // Nobody's call is made in the name of somebody else, nor in that of somebody who has no name.
    if (wanted === undefined || subject() !== wanted) throw subjectChanged()
  }

  /** However often the session is lost again: each time it is the person who gets it back. */
  async function call<T>(run: (isAgain: boolean) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const wanted = held ? held.subject : subject()
    for (let isAgain = false; ; isAgain = true) {
      if (held) await resumed(held, wanted, signal)
      try {
        return await run(isAgain)
      } catch (failure) {
        if (!isAuthError(failure) || !held) throw failure
      }
    }
  }

  return {
    takes,
    held: () => held,
    getAccessToken: (request) =>
      call(
        // What was just got is not what was to be replaced.
        (isAgain) => tokens.getAccessToken(isAgain ? { ...request, forceRefresh: false } : request),
        request?.signal,
      ),
    send: (sent) => call(async () => tokens.send?.(sent), sent.request.signal),
  }
}

/** A session that is over, and held on to. */
interface Held {
  readonly user: unknown
  readonly subject: string | undefined
  /** What whoever waits is told where nobody gets it back. */
  readonly error: AnyAuthError
}

/** Calls back when the session is back, or given up. While the page is being left, neither is known. */
function whenOver(store: SessionHoldContext['store'], over: () => void): () => void {
  const stop = store.subscribe(() => {
    // As it is by now: what this hears first may have come before the session was held on to.
    const { reason, status } = store.get()
    if (reason === 'suspended' || status === 'redirecting') return
    stop()
    over()
  })
  return stop
}

function watchForSignOut(context: SessionHoldContext, over: () => void): void {
  const { store, rememberSignOut } = context
  const signedOut = (): void => {
    rememberSignOut()
    // Also where the page is being left, and the state says nothing else: should it stay, nobody is shown.
    stop()
    store.dispatch({ type: 'session_ended', reason: 'signed_out_elsewhere' })
  }
  const stops = [onSignOutElsewhere(context, signedOut), whenOver(store, stop)]
  function stop(): void {
    for (const each of stops) each()
    over()
  }
}
