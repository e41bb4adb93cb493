import { RequireAuth } from '@latchkey/react'
import { Outlet } from 'react-router-dom'
import { SignInProblem } from './sign-in-problem.tsx'
import { Waiting } from './waiting.tsx'

/** Guards the routes inside it. Whoever has to sign in first comes back to the address they asked for. */
export function SignedInOnly() {
  return (
    <RequireAuth
      fallback={<Waiting title="Taking you to the sign-in" />}
      signedOut={(login) => <SignInProblem error={undefined} retry={login} />}
      error={(error, retry) => <SignInProblem error={error} retry={retry} />}
    >
      <Outlet />
    </RequireAuth>
  )
}
