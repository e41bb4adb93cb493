'use client'
import type { AuthClient } from '@latchkey/core'
import { useEffect, useRef } from 'react'

/** Keeps a client started while the component is mounted, and lets go of the one that it took the place of. */
export function useRunning<TUser>(client: AuthClient<TUser>): void {
  const running = useRef(new Set<() => void>())
  useEffect(() => {
    const before = [...running.current]
    running.current.add(client.start())
    const stopThem = (): void => {
      for (const stop of before) {
        stop()
        running.current.delete(stop)
      }
    }
    // The one before may have the session that this one looks for, and hands it over as another tab would.
    if (client.getState().status === 'loading') void client.ready().then(stopThem)
    else stopThem()
  }, [client])
  useEffect(() => {
    const { current } = running
    return () => {
      for (const stop of current) stop()
      current.clear()
    }
  }, [])
}
