'use client'
import { type AnyAuthError, type AuthClient, isAuthError } from '@latchkey/core'
import { type PopupOptions, reauthenticate } from '@latchkey/core/popup'
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { throwInRender } from '../throw-in-render.ts'

/** A session that is over and held on to, and how the person gets it back. */
export interface Reauthentication {
  /** Whether the session is over, and the page waits for the person. */
  readonly isNeeded: boolean
  /** Whether the window is open. */
  readonly isOpen: boolean
  /** What kept the last try from getting the session back. */
  readonly error: AnyAuthError | undefined
  /** Opens the window. For the `onClick` of a button: browsers block a window that opens by itself. */
  readonly reauthenticate: () => void
  /** Signs out here instead. Calls that wait fail with the reason why the session ended. */
  readonly giveUp: () => void
}

/**
 * For an app with `onSessionLost: holdSession`: says when the session is over, so that a dialog can ask the person to
 * sign in again while the page, and what they have typed, stays. Nothing else has to change: what waits goes on by itself.
 * Where somebody else came back (`subject_changed`), the next try asks the provider for another sign-in.
 *
 * @example
 * ```tsx
 * import { useAuthClient } from '@latchkey/react'
 * import { useReauthentication } from '@latchkey/react/popup'
 *
 * export function SessionDialog() {
 *   const { isNeeded, error, reauthenticate, giveUp } = useReauthentication(useAuthClient())
 *   if (!isNeeded) return null
 *   return (
 *     <div role="alertdialog" aria-label="Your session has ended">
 *       <p>{error ? 'That did not work.' : 'Sign in again, and go on where you were.'}</p>
 *       <button onClick={reauthenticate}>Sign in again</button>
 *       <button onClick={giveUp}>Sign out</button>
 *     </div>
 *   )
 * }
 * ```
 */
export function useReauthentication<TUser>(
  auth: AuthClient<TUser>,
  options?: PopupOptions,
): Reauthentication {
  const isNeeded = useSyncExternalStore(auth.subscribe, () => isSuspended(auth), isNever)
  const [attempt, setAttempt] = useState(noAttempt)
  // An error of a session that is back since says nothing any more, nor does anything of another client.
  const [asked, ask] = useState({ auth, isNeeded })
  if (asked.auth !== auth || asked.isNeeded !== isNeeded) {
    ask({ auth, isNeeded })
    setAttempt(asked.auth === auth ? { ...attempt, error: undefined } : noAttempt)
  }
  const latest = useRef({ options, error: attempt.error })
  useEffect(() => {
    latest.current = { options, error: attempt.error }
  })

  const open = useCallback(() => {
    const { options, error } = latest.current
    const id = {}
    // A window that another took the place of tells nothing of that one.
    const end = (error?: AnyAuthError): void =>
      setAttempt((now) => (now.id === id ? { id, isOpen: false, error } : now))
    setAttempt({ id, isOpen: true, error: undefined })
    reauthenticate(auth, {
      ...options,
      ...(error?.code === 'subject_changed' && { prompt: 'login' as const }),
    }).then(
      () => end(),
      (reason: unknown) => {
        // Why the app has given up, it knows.
        if (isAuthError(reason)) end(reason)
        else if (options?.signal?.aborted) end()
        else throwInRender(setAttempt, reason)
      },
    )
  }, [auth])
  const giveUp = useCallback(() => void auth.logout({ local: true }), [auth])
  const { isOpen, error } = attempt
  return { isNeeded, isOpen, error, reauthenticate: open, giveUp }
}

interface Attempt {
  /** Tells it from the others. */
  readonly id: object
  readonly isOpen: boolean
  readonly error: AnyAuthError | undefined
}

const noAttempt: Attempt = { id: {}, isOpen: false, error: undefined }

function isSuspended({ getState }: Pick<AuthClient<unknown>, 'getState'>): boolean {
  return getState().reason === 'suspended'
}

function isNever(): boolean {
  return false
}
