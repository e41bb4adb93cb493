import { Callback } from '@latchkey/react'
import { useNavigate } from 'react-router-dom'
import { SignInProblem } from './sign-in-problem.tsx'
import { Waiting } from './waiting.tsx'

/**
 * The page the provider sends people back to. Once they are signed in, they go on where they began. What `login()` was
 * given as `appState` goes along in the history entry: no link can put it there.
 */
export function SignInCallback() {
  const navigate = useNavigate()
  return (
    <Callback
      fallback={<Waiting title="Signing you in" />}
      error={(error, retry) => <SignInProblem error={error} retry={retry} />}
      onDone={({ returnTo, appState }) => navigate(returnTo, { replace: true, state: appState })}
    />
  )
}
