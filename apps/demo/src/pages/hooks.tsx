import { SignedIn, SignedOut, useAuth } from '@latchkey/react'
import { ApiCaller } from '../hooks/api-caller.tsx'
import { ClassGreeting } from '../hooks/class-greeting.tsx'
import { Roles } from '../hooks/roles.tsx'
import { SessionEnd } from '../hooks/session-end.tsx'
import { SuspendedGreeting } from '../hooks/suspended-greeting.tsx'
import { Page } from '../layout/page.tsx'
import { InSessionPanel } from '../session/in-session-panel.tsx'

/** Each part of this page is one hook at work, and counts how often it rendered. */
export function Hooks() {
  const login = useAuth(({ login }) => login)
  return (
    <Page title="Hooks">
      <p>
        Every component below takes one thing from the session, and renders only when that changes. Press{' '}
        <strong>Refresh now</strong> <InSessionPanel />: a new token comes, and no count moves.
      </p>
      <SuspendedGreeting />
      <SignedIn fallback={<p role="status">One moment …</p>}>
        <Roles />
        <ApiCaller />
        <ClassGreeting greeting="Good day" />
        <SessionEnd />
      </SignedIn>
      <SignedOut>
        <p>Most of them have something to say once you are signed in.</p>
        <p className="actions">
          <button type="button" className="primary" onClick={login}>
            Sign in
          </button>
        </p>
      </SignedOut>
    </Page>
  )
}
