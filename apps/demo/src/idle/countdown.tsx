import { useAuthClient, useSessionCountdown } from '@latchkey/react'
import { chosenTimeout } from './chosen-timeout.ts'

/** Two thirds of the time, as nobody would wait for more of it in a demo. */
const withinSeconds = Math.round(((chosenTimeout() ?? 0) * 2) / 3)

/** What is left of the session, in every tab that is seen. */
export function Countdown() {
  const { extendSession } = useAuthClient()
  const seconds = useSessionCountdown({ withinSeconds })
  return (
    <section className="card" aria-labelledby="idle-countdown">
      <h2 id="idle-countdown">Are you still there?</h2>
      <p role="timer">
        {seconds === undefined
          ? 'Yes: you have just done something.'
          : `You will be signed out in ${seconds} s.`}
      </p>
      <p className="actions">
        <button type="button" className="primary" onClick={extendSession}>
          Stay signed in
        </button>
      </p>
    </section>
  )
}
