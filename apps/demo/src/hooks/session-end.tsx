import { useSessionCountdown } from '@latchkey/react'
import { HookCard } from './hook-card.tsx'

/** Says nothing while the session goes on, as with the refresh tokens of this provider. */
export function SessionEnd() {
  return (
    <HookCard
      hook="useSessionCountdown()"
      about="Seconds until the session ends by itself, once that is near."
    >
      <Countdown />
    </HookCard>
  )
}

function Countdown() {
  const seconds = useSessionCountdown({ withinSeconds: 120 })
  return (
    <p>
      {seconds === undefined
        ? 'No end in sight: the session is renewed.'
        : `You will be signed out in ${seconds} s.`}
    </p>
  )
}
