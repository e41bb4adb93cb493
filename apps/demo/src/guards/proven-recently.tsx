import { RequireAuth } from '@latchkey/react'
import { Page } from '../layout/page.tsx'
import { SignInProblem } from '../pages/sign-in-problem.tsx'
import { Waiting } from '../pages/waiting.tsx'

/** A step-up: the session is there, but its proof is too old for this page (RFC 9470). */
export function ProvenRecently() {
  return (
    <RequireAuth
      maxAge={60}
      fallback={<Waiting title="Asking you once more" />}
      signedOut={(login) => <SignInProblem error={undefined} retry={login} />}
      error={(error, retry) => <SignInProblem error={error} retry={retry} />}
    >
      <Page title="The safe">
        <p>You proved within the last minute who you are, so it is open.</p>
        <p>
          The ID token says when that was (<code>auth_time</code>), and a provider says it only where it is
          asked to. So the first visit goes by the provider once, however short a while ago you signed in: it
          lets you straight back, and asks for your password only once a minute has passed.
        </p>
      </Page>
    </RequireAuth>
  )
}
