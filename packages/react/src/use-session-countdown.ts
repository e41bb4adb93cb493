'use client'
import { useDebugValue, useMemo, useSyncExternalStore } from 'react'
import { type AuthContext, defaultContext, useAuthSource } from './auth-context.ts'
import { browserCountdownClock, type CountdownClock, createCountdown } from './countdown.ts'

/** What {@link useSessionCountdown} takes. */
export interface SessionCountdownOptions {
  /** How long before the end it begins, in seconds. Default: 60. */
  readonly withinSeconds?: number
}

/** Makes {@link useSessionCountdown} for one context. */
export function createUseSessionCountdown<TUser>(
  context: AuthContext<TUser>,
  clock: CountdownClock = browserCountdownClock,
): (options?: SessionCountdownOptions) => number | undefined {
  return function useSessionCountdown({ withinSeconds = 60 } = {}) {
    const { client } = useAuthSource(context, 'useSessionCountdown()')
    const countdown = useMemo(() => createCountdown(client, withinSeconds, clock), [client, withinSeconds])
    const seconds = useSyncExternalStore(countdown.subscribe, countdown.get, nothing)
    useDebugValue(seconds)
    return seconds
  }
}

/**
 * Whole seconds until the session ends by itself, once that is near; undefined before, and where nothing is known of an
 * end. Renders once a second inside the window and not at all outside it, nor while nobody sees the page; after a sleep
 * it goes on with what is left. 0 stays until the session is over.
 *
 * @throws {ConfigurationError} `missing_provider`: there is no `<AuthProvider>` above
 *
 * @example
 * ```tsx
 * import { useSessionCountdown } from '@latchkey/react'
 *
 * export function EndsSoon() {
 *   const seconds = useSessionCountdown({ withinSeconds: 120 })
 *   return seconds === undefined ? null : <p role="timer">You will be signed out in {seconds} s.</p>
 * }
 * ```
 */
export const useSessionCountdown: (options?: SessionCountdownOptions) => number | undefined =
  /* @__PURE__ */ createUseSessionCountdown(defaultContext)

function nothing(): undefined {
  return undefined
}
