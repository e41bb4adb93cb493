'use client'
import { type AnyAuthError, type CallbackResult, isAuthError } from '@latchkey/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { type AuthContext, defaultContext, useAuthSource } from './auth-context.ts'
import { cutOffSignIn } from './cut-off-sign-in.ts'
import { type ProblemFallback, SignInProblem } from './sign-in-problem.tsx'
import { throwInRender } from './throw-in-render.ts'
import { useSelected } from './use-selected.ts'

/** What `<Callback>` takes. */
export interface CallbackProps {
  /** Shown while the sign-in is being finished. Default: a short text. */
  readonly fallback?: ReactNode
  /** Shown when it failed. Default: a notice with a button that signs in again. */
  readonly error?: ProblemFallback | undefined
  /**
   * Goes on after the sign-in, in place of the default, which puts `returnTo` into the address bar and
   * tells whatever router there is.
   */
  readonly onDone?: (result: CallbackResult) => void
}

/** Makes {@link Callback} for one context. */
export function createCallback<TUser>(context: AuthContext<TUser>): (props: CallbackProps) => ReactNode {
  return function Callback({ fallback = <p role="status">Signing in…</p>, error, onDone }) {
    const source = useAuthSource(context, '<Callback>')
    const { client } = source
    // A retry may fail in another way than the answer did.
    const latest = useSelected(source, errorOf)
    const [problem, setProblem] = useState<AnyAuthError>()
    const done = useRef(onDone)
    const handled = useRef<CallbackResult>(undefined)
    useEffect(() => {
      done.current = onDone
    })
    useEffect(() => {
      const { pathname } = location
      const left = new AbortController()
      const goOn = (result: CallbackResult): void => {
        // A component that mounted twice gets one result twice. Whoever has left is not fetched back.
        if (handled.current === result || location.pathname !== pathname) return
        handled.current = result
        if (done.current) done.current(result)
        else goTo(result.returnTo)
      }
      client.handleCallback().then(goOn, async (reason: unknown) => {
        if (!isAuthError(reason)) return throwInRender(setProblem, reason)
        const { returnTo = '/' } = reason
        const cutOff = cutOffSignIn(reason)
        const state = cutOff && (await client.requireSession({ ...cutOff, signal: left.signal }))
        if (state?.status === 'redirecting' || left.signal.aborted) return
        if (state?.status === 'authenticated') return goOn({ returnTo })
        setProblem(reason)
        // What failed beside a session took nothing away. Where there was none, another tab may get one.
        if (client.getState().status === 'authenticated') return
        const stop = client.subscribe(() => {
          if (client.getState().status !== 'authenticated') return
          stop()
          goOn({ returnTo })
        })
        left.signal.addEventListener('abort', stop)
      })
      return () => left.abort()
    }, [client])
    if (!problem) return fallback
    const { returnTo } = problem
    return (
      <SignInProblem
        error={latest ?? problem}
        retry={() => void client.login({ returnTo })}
        fallback={error}
      />
    )
  }
}

/**
 * The page at your `redirectUri`: finishes the sign-in, once however often it mounts, and goes where it
 * was started. Works with any router that listens to the browser's history, and without one. Where it failed, it goes on
 * as soon as somebody has signed in all the same, in whatever tab.
 *
 * @throws {ConfigurationError} `missing_provider`: there is no `<AuthProvider>` above
 */
export const Callback: (props: CallbackProps) => ReactNode = /* @__PURE__ */ createCallback(defaultContext)

function errorOf({ error }: { readonly error?: AnyAuthError | undefined }): AnyAuthError | undefined {
  return error
}

/**
 * Puts the address into the bar in place of the callback's, and says so the way the browser itself does:
 * every router listens for that. The entry's state is kept, because routers keep their own in it.
 */
function goTo(returnTo: string): void {
  history.replaceState(history.state, '', returnTo)
  dispatchEvent(new PopStateEvent('popstate', { state: history.state }))
}
