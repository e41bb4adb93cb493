import { useAuth } from '@latchkey/react'
import { useState } from 'react'
import { RehearsalActions } from '../rehearsal/rehearsal-actions.tsx'
import { SessionActions } from './session-actions.tsx'
import { SessionLog } from './session-log.tsx'
import { SessionOrigin } from './session-origin.tsx'
import { SessionSentence } from './session-sentence.tsx'
import { TokenLifetime } from './token-lifetime.tsx'

const isWide = () => matchMedia('(min-width: 64rem)').matches

/**
 * What the SDK knows and does, on every page. It stays mounted, so that its log begins before the sign-in and
 * goes on after the session.
 */
export function SessionPanel() {
  const isSignedIn = useAuth((auth) => auth.isAuthenticated)
  const [isOpen, setOpen] = useState(isWide)
  return (
    <aside className="session" aria-labelledby="session">
      <div className="session-bar">
        <h2 id="session">
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls="session-body"
            onClick={() => setOpen(!isOpen)}
          >
            Session
          </button>
        </h2>
        <TokenLifetime />
      </div>
      <div id="session-body" hidden={!isOpen}>
        <SessionSentence />
        <SessionOrigin />
        {isSignedIn && <SessionActions />}
        {isSignedIn && <RehearsalActions />}
        <SessionLog />
      </div>
    </aside>
  )
}
