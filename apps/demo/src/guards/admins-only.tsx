import { RequireAuth } from '@latchkey/react'
import { Page } from '../layout/page.tsx'
import { SignInProblem } from '../pages/sign-in-problem.tsx'
import { Waiting } from '../pages/waiting.tsx'
import type { Person } from '../person.ts'

/** Whoever is signed in and may not see it is told so: signing in again would change nothing. */
export function AdminsOnly() {
  return (
    <RequireAuth<Person>
      when={({ roles }) => roles.includes('admin')}
      fallback={<Waiting title="Taking you to the sign-in" />}
      forbidden={(person) => (
        <Page title="For admins only">
          <p role="alert">
            {person.name ?? person.sub} is signed in, and has no business here. Sign out, and come back as
            Alice.
          </p>
        </Page>
      )}
      signedOut={(login) => <SignInProblem error={undefined} retry={login} />}
      error={(error, retry) => <SignInProblem error={error} retry={retry} />}
    >
      <Page title="The back office">
        <p>You have the role “admin”, so here you are.</p>
      </Page>
    </RequireAuth>
  )
}
