'use client'
import type { AnyAuthError, AuthenticationDemand, LoginOptions } from '@latchkey/core'
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { Auth, AuthSource } from './auth.ts'
import { reauthenticationRequired } from './reauthentication-required.ts'

/** A session that is needed: it is there, or seen to, or nothing goes on without a click. */
export type RequiredSession =
  | { readonly is: 'there' }
  | { readonly is: 'under way' }
  | { readonly is: 'stopped'; readonly error: AnyAuthError | undefined; readonly retry: () => void }

/** What is needed. */
export interface RequiredSessionOptions {
  /** Nobody is asked for anything otherwise. */
  readonly isWanted: boolean
  readonly demand: AuthenticationDemand
  readonly login: LoginOptions | undefined
}

/**
 * Sees to it that somebody is signed in, as demanded. Who is sent off unasked, and when, is for core to say: where it
 * gives back the state in which it was asked, a click is needed.
 */
export function useRequiredSession<TUser>(
  { client }: AuthSource<TUser>,
  auth: Auth<TUser>,
  { isWanted, demand, login }: RequiredSessionOptions,
): RequiredSession {
  const options = { ...login, ...demand }
  const { acrValues, maxAge } = options
  const isDemanding = acrValues !== undefined || maxAge !== undefined
  const latest = useRef(options)
  useEffect(() => {
    latest.current = options
  })

  // Whoever was let in stays: a page is not to be taken away in the middle because `maxAge` has passed.
  const subject = (auth.user as { sub?: unknown } | undefined)?.sub
  const entry = isDemanding ? JSON.stringify([acrValues, maxAge, subject]) : ''
  const [admitted, admit] = useState<{ readonly client: unknown; readonly entry: string }>()
  const isKnown = admitted?.client === client && admitted.entry === entry
  // A step-up in another tab need not change the state: `claims` may keep nothing of how somebody authenticated.
  const subscribe = useCallback((listener: () => void) => client.on('refreshed', listener), [client])
  const isMet = useSyncExternalStore(
    subscribe,
    () => !isDemanding || isKnown || client.satisfies(options),
    () => false,
  )
  const isAdmitted = auth.isAuthenticated && isMet
  // While the page is being left, and may yet come back, nothing is decided; with the session the admission is over.
  const isOver = auth.status === 'unauthenticated' || (auth.isAuthenticated && !isAdmitted)
  if (isDemanding && isAdmitted && !isKnown) admit({ client, entry })
  else if (isOver && admitted) admit(undefined)

  const needed = isWanted && !isAdmitted && !auth.isLoading && !auth.error ? auth : undefined
  const [stopped, stop] = useState<Stopped<TUser>>()
  useEffect(() => {
    if (!needed) return undefined
    // Whoever has left the page is not sent to sign in for it.
    const left = new AbortController()
    const { signal } = left
    const asked = { auth: needed, entry }
    // What goes wrong beside a living session is in no state.
    const stopListening = client.on('error', ({ error, during }) => {
      if (during === 'login' || during === 'callback') stop({ ...asked, error })
    })
    void client.requireSession({ ...latest.current, signal }).then(() => {
      if (!signal.aborted) stop((before) => (isOf(before, asked) ? before : asked))
    })
    return () => {
      left.abort()
      stopListening()
    }
  }, [client, needed, entry])

  if (isAdmitted) return { is: 'there' }
  const known = isOf(stopped, { auth, entry }) ? stopped : undefined
  if (!auth.error && !known) return { is: 'under way' }
  return {
    is: 'stopped',
    error: auth.error ?? known?.error ?? (auth.isAuthenticated ? reauthenticationRequired() : undefined),
    retry: () => void client.login(latest.current),
  }
}

/** What was asked for in vain. */
interface Stopped<TUser> {
  readonly auth: Auth<TUser>
  readonly entry: string
  readonly error?: AnyAuthError
}

function isOf<TUser>(stopped: Stopped<TUser> | undefined, { auth, entry }: Stopped<TUser>): boolean {
  return stopped?.auth === auth && stopped.entry === entry
}
