import { useAuthClient } from '@latchkey/react'
import { useEffect, useState } from 'react'
import { sessionNow } from '../rehearsal/rehearsal.ts'

/** Both in milliseconds since the epoch. */
export interface TokenLifetime {
  readonly seenAt: number
  readonly expiresAt: number
}

/** How long the present access token lives; undefined where there is none, or the provider did not say. */
export function useTokenLifetime(): TokenLifetime | undefined {
  const { explain, on } = useAuthClient()
  const [lifetime, setLifetime] = useState<TokenLifetime>()
  useEffect(() => {
    const look = () => {
      const expiresAt = explain().session?.accessTokenExpiresAt
      setLifetime((before) => {
        if (before?.expiresAt === expiresAt) return before
        return expiresAt === undefined ? undefined : { seenAt: sessionNow(), expiresAt }
      })
    }
    look()
    // A silent refresh changes no state, so `useAuth` does not tell of it.
    const stopState = on('state', look)
    const stopRefreshed = on('refreshed', look)
    return () => {
      stopState()
      stopRefreshed()
    }
  }, [explain, on])
  return lifetime
}
