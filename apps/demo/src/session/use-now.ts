import { useEffect, useState } from 'react'
import { sessionNow } from '../rehearsal/rehearsal.ts'

/** The SDK's time in milliseconds since the epoch, told once a second. */
export function useNow(): number {
  const [now, setNow] = useState(sessionNow)
  useEffect(() => {
    const timer = setInterval(() => setNow(sessionNow()), 1000)
    return () => clearInterval(timer)
  }, [])
  return now
}
