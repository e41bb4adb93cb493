'use client'
import type { AuthClient } from '@latchkey/core'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'

/**
 * Runs as soon as the page is there: a frame that is painted first would keep whoever comes back from the provider
 * waiting. On a server, where React 18 warns of the one, none runs.
 */
const useEarlyEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect

/**
 * Keeps a client started while the component is mounted, and lets go of the one that it took the place of.
 *
 * @returns the client whose session is to be shown: the one before for as long as this one, of the same app, looks for
 *   the session that the other has, so that nothing below leaves the screen for that
 */
export function useRunning<TUser>(client: AuthClient<TUser>): AuthClient<TUser> {
  const [shown, show] = useState(client)
  if (shown !== client && !isWaitedFor(client, shown)) show(client)

  const running = useRef(new Set<() => void>())
  useEarlyEffect(() => {
    let isLatest = true
    const before = [...running.current]
    running.current.add(client.start())
    const takeOver = (): void => {
      if (isLatest) show(client)
      for (const stop of before) {
        stop()
        running.current.delete(stop)
      }
    }
    // The one before may have the session that this one looks for, and hands it over as another tab would.
    if (client.getState().status === 'loading') void client.ready().then(takeOver)
    else takeOver()
    return () => {
      isLatest = false
    }
  }, [client])
  useEffect(() => {
    const { current } = running
    return () => {
      for (const stop of current) stop()
      current.clear()
    }
  }, [])
  return shown
}

function isWaitedFor<TUser>(next: AuthClient<TUser>, before: AuthClient<TUser>): boolean {
  return (
    next.instanceId === before.instanceId &&
    next.getState().status === 'loading' &&
    before.getState().status === 'authenticated'
  )
}
